"""Chain or tree: the same tokens along an Elman chain and up a recursive network, and the gradient's way in both."""

from functools import partial

from explorer import cards
from explorer.figures import tree, tree_charts
from explorer.look.style import BACKWARD, Look
from explorer.page.page import Page
from explorer.page.view import View, panel, player
from explorer.passes import store, trees
from explorer.passes.trees import Trees
from explorer.questions.networks import longer_way
from explorer.state.what_if import WHAT_IF


def compose(scene: Trees, look: Look) -> View:
    return View(
        eyebrow="Architectures · Chain or tree",
        panels=[
            panel("tree", tree.drawn, scene, look),
            panel("tree-inputs", tree_charts.along, scene, look, headed=False),
            panel("tree-lengths", tree_charts.lengths, scene, look, area="below", size="half"),
            panel("tree-paths", tree_charts.by_path, scene, look, area="below", size="half"),
        ],
        card=partial(cards.tree, scene),
        lead="Select a token: the framed states lie between it and the losses. Along the chain their number grows with "
        "n, up a balanced tree with log n. Choose a comb, or write your own brackets.",
        player=player("tree_node", "node", scene.node_number, scene.tree.nodes, told=tree.place(scene)),
        question=longer_way(scene),
        proof=True,
    )


PAGE = Page(
    "trees",
    compose,
    main=("tree", "brackets", "text", "length", "gain", "radius", "hidden"),
    more=(*WHAT_IF, "nonlinearity", "scheme", "unit", "seed"),
    selects=("tree_node", "node", "step"),
    accent=BACKWARD,
    adapt=trees.adapt,
    run=store.tree,
)
