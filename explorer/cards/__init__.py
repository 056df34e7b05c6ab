"""The card beside the drawing: the equation of what is selected, with its numbers at the selected step and unit."""

from explorer.cards.chains import bidirectional, stacked
from explorer.cards.drift import drift
from explorer.cards.encoder_decoder import encoder_decoder
from explorer.cards.feedback import feedback
from explorer.cards.gates import gates
from explorer.cards.gradients import backward
from explorer.cards.influence import influence
from explorer.cards.lengths import lengths
from explorer.cards.memory import memory
from explorer.cards.pairs import pair
from explorer.cards.programs import program
from explorer.cards.training import training
from explorer.cards.tree import tree
from explorer.cards.units import units
from explorer.cards.usage import usage
from explorer.cards.values import forward
from explorer.cards.welcome import welcome

__all__ = [
    "backward",
    "bidirectional",
    "drift",
    "encoder_decoder",
    "feedback",
    "forward",
    "gates",
    "influence",
    "lengths",
    "memory",
    "pair",
    "program",
    "stacked",
    "training",
    "tree",
    "units",
    "usage",
    "welcome",
]
