"""What the selected output sees of the first input, and how far it is."""

from __future__ import annotations

from core.analysis import paths
from explorer.cards.common import heading
from explorer.look import style
from explorer.look.notation import counted, magnitude, one_in, subscript
from explorer.page.view import Card, Heading, Paragraph, Rows, equation
from explorer.passes.architectures import Architectures


def influence(five: Architectures) -> Card:
    """Share and path length of x₁ in every architecture, with the equations that say why."""
    scene, nets = five.scene, five.nets
    t = scene.step
    rows = [(f"{net.name}, {_steps(int(net.paths[t, 0]))}", one_in(*net.share(t)), style.BACKWARD) for net in nets]
    side = scene.settings.window // 2
    needed = paths.layers_needed(t, side)
    reach = (
        "y₁ reads x₁ itself, whatever the architecture; "
        if t == 0
        else f"Convolution, centred: y{subscript(t + 1)} hears x₁ from ⌈{t}/{side}⌉ = {needed} layers on; "
        if needed and side
        else "A convolution of width 1 hears its own input alone; "
    )
    layers = f"this one has {scene.settings.convolutions}. Window: the last {scene.settings.window} inputs."
    return Card(
        heading(scene),
        [
            Heading(f"x₁ in y{subscript(t + 1)}: path, share of what it sees"),
            Rows(rows),
            Paragraph(reach + layers),
            equation("sees_recurrent", f"‖∂y{subscript(t + 1)}/∂x₁‖ = {magnitude(float(nets[0].norms[t, 0]))}"),
            equation("attention", f"‖∂y{subscript(t + 1)}/∂x₁‖ = {magnitude(float(nets[-1].norms[t, 0]))}"),
        ],
    )


def _steps(n: int) -> str:
    return counted(n, "step") if n else "no path"
