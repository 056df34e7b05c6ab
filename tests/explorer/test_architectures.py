"""What five architectures see of one input, and the picture of it."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.figures import influence
from explorer.look.cells import CELLS
from explorer.passes import architectures
from explorer.state.settings import Settings


def five(**changes):
    return architectures.run(Settings(**changes))


@pytest.mark.parametrize("cell", CELLS)
def test_what_no_path_leads_to_is_not_seen(cell):
    for net in five(cell=cell).nets:
        assert ((net.norms > 0) == (net.paths > 0)).all(), net.name


@pytest.mark.parametrize("changes", [{"window": 1}, {"window": 15}, {"convolutions": 6}, {"length": 1}], ids=str)
def test_windows_of_every_width(changes):
    for net in five(**changes).nets:
        assert ((net.norms > 0) == (net.paths > 0)).all(), net.name


def test_a_wider_window_changes_the_windows_alone():
    narrow, wide = five(window=3).nets, five(window=7).nets
    same = [np.array_equal(a.norms, b.norms) for a, b in zip(narrow, wide, strict=True)]
    assert same == [True, True, False, False, True]


def test_they_read_the_input_whatever_system_another_page_shows():
    driven, alone = five().nets, five(system="autonomous").nets
    for one, other in zip(driven, alone, strict=True):
        np.testing.assert_array_equal(one.norms, other.norms)


def test_the_picture_holds_what_was_computed():
    selected = five(step=9)
    T, nets = selected.steps, selected.nets
    heatmap, _, _, row, path = influence.matrices(selected).data
    for n, net in enumerate(nets):
        columns = slice(n * (T + 1), n * (T + 1) + T)
        z = heatmap["z"][:, columns]
        np.testing.assert_allclose(10.0 ** z[net.norms > 0], net.norms[net.norms > 0])
        assert np.isnan(z[net.norms == 0]).all()
        bars = slice(n * T, (n + 1) * T)
        np.testing.assert_array_equal(np.nan_to_num(row["y"][bars]), net.norms[8])
        np.testing.assert_array_equal(path["y"][bars], net.paths[8])
        assert row["x"][bars][0] == heatmap["x"][n * (T + 1)] + 0.5, "bars stand under their columns"
    assert heatmap["customdata"][8][0].tolist() == [9, 1]


def test_the_title_tells_the_shares():
    selected = five(step=12)
    rnn, _, _, window, attention = selected.nets
    title = influence.matrices(selected).title
    for net in (rnn, attention):
        here, everything = net.share(11)
        assert f"1/{float(f'{everything / here:.2g}'):,.0f}" in title
    assert window.share(11)[0] == 0
    assert title.endswith("a window of 5 misses it.")
    near = selected.seen(replace(selected.settings, step=3))
    assert "in a window of 5." in influence.matrices(near).title
