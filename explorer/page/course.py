"""The course: its sections, and in each the pages in the order in which they are taught."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """A page: its file's name, which is its path, its title, and what one sees there."""

    page: str
    title: str
    promise: str


SECTIONS = {
    "Foundations": (
        Lesson("unrolling", "Unrolling", "One network, used once a step: fold it, step through it."),
        Lesson("feedback", "Where the feedback starts", "Elman, Jordan and both, on one budget."),
        Lesson("lengths", "Different lengths", "A padded batch, and what the mask is for."),
        Lesson("influence", "What can the output see?", "An RNN beside windows and attention."),
        Lesson("programs", "Programs by hand", "Parity, addition, aⁿbⁿ: exact, with weights set by hand."),
    ),
    "Training": (
        Lesson("backpropagation", "Backpropagation through time", "The drawing backwards, every equation in numbers."),
        Lesson("gradients", "Vanishing and exploding gradients", "Which losses still hear which states, and why."),
        Lesson("training", "Watching it learn", "A training gone through back and forth, or live."),
        Lesson("drift", "Prediction drift", "Teacher forced and running freely: the error that grows, and by what."),
    ),
    "Memory": (
        Lesson("gates", "Gates", "What an LSTM or GRU keeps, and the route of its gradient."),
        Lesson("memory", "Long-range memory", "Who still learns what lies how far back, measured."),
        Lesson("units", "Units", "What each unit of a trained network follows in real text."),
    ),
    "Architectures": (
        Lesson("patterns", "Usage patterns", "One to one, many to one, one to many, many to many."),
        Lesson("stacked", "Stacked layers", "States and gradients over layer and time."),
        Lesson("bidirectional", "Both directions", "Two chains, and what each output sees."),
        Lesson("encoder-decoder", "Encoder and decoder", "Translation through a context of a few numbers."),
        Lesson("trees", "Chain or tree", "One input along n states, or up log n of them."),
    ),
}
