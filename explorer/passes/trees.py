"""The same tokens along a chain and up a tree: one seed, one size, the same loss at the end of both.

The chain is an Elman network that starts from zero; the loss enters at its last step and at the tree's root, and both
are asked for the item that follows the last token. The tree has the chain's weights and one matrix more, for the right
child (see core.networks.recursive).

What is changed in the pass (explorer.passes.changes) is changed in both: of the tree W_l and W_r are rescaled, and a
unit is zeroed at the leaves of the chosen steps and at all nodes whose leaves are all among them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core import PinState, RecursiveNetwork, Tree, TreeTrace, oracle, record
from core.analysis.norms import euclidean
from core.errors import InvalidValue
from core.networks.recursive import CHAIN
from core.oracle import Proof, trees
from core.passes import bracketing
from core.passes.record_tree import record_tree
from core.passes.trace import Trace
from explorer.passes import changes, scenario
from explorer.passes.base import Selection
from explorer.passes.source import Initialised, NetworkSource
from explorer.state import inputs, what_if
from explorer.state.errors import InputError
from explorer.state.inputs import Sequence
from explorer.state.kinds import LONGEST_LENGTH
from explorer.state.settings import Settings
from explorer.state.trees import text

SHAPES = {"balanced": Tree.balanced, "left": Tree.left, "right": Tree.right}


@dataclass(frozen=True)
class Trees(Selection):
    """Two recorded passes over one sequence: `trace` along the chain, `branched` up the tree.

    made_by    the function below that makes it of its settings
    original   where something was changed in both (what_if), the passes without the change
    """

    settings: Settings
    sequence: Sequence
    trace: Trace
    branched: TreeTrace
    made_by: str = "run"
    original: Trees | None = None

    @property
    def origin(self) -> NetworkSource:
        """Of the chain. The tree's weights are drawn likewise."""
        return Initialised.of(_alike(self.settings))

    def proof(self, **how: Any) -> Proof:
        return oracle.together({"chain": super().proof(**how), "tree": trees.compare(self.branched, **how)})

    @property
    def tree(self) -> Tree:
        return self.branched.tree

    @property
    def node(self) -> int:
        """The selected node of the tree, 0-based."""
        return min(self.settings.tree_node, self.tree.nodes) - 1

    @property
    def node_number(self) -> int:
        """The selected node as a person counts, from 1."""
        return self.node + 1

    @property
    def leaf(self) -> int:
        """The selected leaf, 0-based, or the first one below the selected node."""
        return self.tree.spans[self.node][0]

    @property
    def paths(self) -> tuple[np.ndarray, np.ndarray]:
        """States from every token to the loss, in the tree and in the chain: (T,) each."""
        return self.tree.paths, np.arange(self.steps, 0, -1)

    @property
    def of_inputs(self) -> tuple[np.ndarray, np.ndarray]:
        """‖∂L/∂x_k‖ in the tree and in the chain: (T,) each."""
        return euclidean(self.branched.grad_inputs[:, 0]), euclidean(self.trace.grad_inputs[:, 0])

    @property
    def of_states(self) -> tuple[np.ndarray, np.ndarray]:
        """‖∂L/∂h‖ of every node of the tree, (2T − 1,), and of every step of the chain, (T,)."""
        return euclidean(self.branched.grad_hidden[:, 0]), euclidean(self.trace[0, "forward"].grad_hidden[:, 0])


def adapt(settings: Settings) -> tuple[Settings, str]:
    """The settings of a view of trees, and what to say of them: both networks are Elman's; brackets hold words."""
    settings = settings.but(system="rnn")  # whatever system the first page shows, these read their input
    if settings.tree == "own":
        settings = settings.but(read_as="words")
    if settings.cell == CHAIN:
        return settings, ""
    notice = f"The chosen cell, {settings.of_cell.label}, is none of a tree: chain and tree are Elman’s here."
    return settings.but(cell=CHAIN), notice


def balanced(scene: Trees) -> str:
    """The brackets of a balanced tree over the same tokens."""
    return bracketing.write(Tree.balanced(scene.steps), scene.tokens)


def _alike(settings: Settings) -> Settings:
    """What chain and tree have alike."""
    return adapt(settings)[0].but(initial="zero", loss="last")


def run(settings: Settings) -> Trees:
    """Both passes. Raises InputError where the input or its brackets cannot be read."""
    alike = _alike(settings)
    if settings.tree == "own":
        before, tree = _bracketed(alike)
    else:
        before = inputs.read(alike)
        tree = _shaped(settings.tree, len(before.tokens))
    sequence = changes.sequence(alike, before)
    chain = Initialised.of(alike).network(sequence)
    scale: dict[str, Any] = {"spectral_radius": alike.radius} if alike.scheme == "spectral" else {"gain": alike.gain}
    network = RecursiveNetwork.initialise(
        chain.input_size,
        chain.hidden_size,
        output_size=chain.output_size,
        nonlinearity=chain.nonlinearity,
        scheme=alike.scheme,
        seed=alike.seed,
        **scale,
    )
    measure = scenario.loss(alike, replace(sequence, targets=sequence.targets[-1]))
    held = changes.interventions(alike, chain, len(sequence.tokens))
    over = what_if.steps(alike, len(sequence.tokens))
    in_tree = [_over(tree, pin, over) for pin in held if isinstance(pin, PinState)]
    along = record(changes.network(alike, chain), sequence.inputs, loss=measure, interventions=held)
    up = record_tree(changes.network(alike, network), tree, sequence.inputs, loss=measure, interventions=in_tree)
    original = run(settings.but(what_if="none")) if what_if.kind(alike) != "none" else None
    return Trees(settings, sequence, along, up, original=original)


@lru_cache(maxsize=16)
def _shaped(shape: str, leaves: int) -> Tree:
    """One object while the shape is the same, and with it whatever is remembered of a tree."""
    return SHAPES[shape](leaves)


def _over(tree: Tree, pin: PinState, steps: range) -> PinState:
    """A pin over steps of the chain, as one over nodes: those whose leaves are all among the steps."""
    return replace(pin, steps=tuple(n for n, (a, b) in enumerate(tree.spans) if a in steps and b in steps))


def _bracketed(settings: Settings) -> tuple[Sequence, Tree]:
    """The words in the user's brackets, each to predict the next, and their tree."""
    try:
        words, tree = bracketing.parse(text(settings))
    except InvalidValue as error:
        raise InputError(f"Expected {error.what} in {error.expected}, got {error.got}: {error.remedy}.") from None
    if len(words) > LONGEST_LENGTH:
        raise InputError(f"Expected at most {LONGEST_LENGTH} words in the brackets, got {len(words)}: take some out.")
    following = [*words, inputs.END]
    vocabulary = tuple(sorted(set(following)))
    index = np.array([vocabulary.index(word) for word in following])
    vectors = inputs.vectors(settings, len(vocabulary))
    notice = "Only the words in the brackets are read; a group of more than two is joined from the left."
    return Sequence(words, vectors[index[:-1]][:, None, :], index[1:, None], vocabulary, notice), tree


@lru_cache
def longest(shape: str) -> tuple[int, ...]:
    """The longest way from a leaf to the loss in a tree of this shape, in states, over 1, 2, … leaves."""
    return tuple(int(SHAPES[shape](leaves).paths.max()) for leaves in range(1, LONGEST_LENGTH + 1))
