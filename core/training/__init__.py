"""Training: a recipe says what is trained, and how; train() does it, on the gradients of record()."""

from core.training.loop import train
from core.training.recipe import Recipe

__all__ = ["Recipe", "train"]
