"""Sentiment: whether a short sentence speaks well or badly of what it is about.

The words of GRAMMAR carry these tags: GOOD and BAD for an opinion, NOT for what turns it round ("not", "never",
"hardly", "nobody", "without", "no", "lacks"), BUT, ALTHOUGH and COMMA for a contrast, NEUTRAL for all others, the
intensifiers ("very") among them. Their meaning:

    a clause        has one word of opinion; its sign (+1, −1) times −1 for each NOT of the clause:
                    "the film is not good" −, "nobody liked it" −, "the plot is not without charm" +
    X but Y         means what Y means
    although X , Y  means what Y means

Data: drawn from GRAMMAR, ours. Split: core.tasks.sentences. Criterion: 97 % of the held-out sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.passes import losses
from core.passes.losses import Loss
from core.passes.patterns import Model, run
from core.tasks.grammar import Grammar
from core.tasks.sentences import Sentences
from core.tasks.task import Measure

Array = NDArray[Any]
CRITERION = 0.97
SIGNS = {"GOOD": 1, "BAD": -1, "NOT": -1}
GRAMMAR = Grammar(
    rules={
        "sentence": "clause | short BUT short | ALTHOUGH short COMMA short",
        "clause": "NEUTRAL.the NEUTRAL.new? NEUTRAL.film says | opinion",
        "short": "NEUTRAL.the NEUTRAL.film says | opinion",
        "opinion": "NEUTRAL.they felt | NEUTRAL.they felt | NOT.nobody feeling",
        "says": "is | is | has",
        "is": "NEUTRAL.is negation? NEUTRAL.very? quality | NEUTRAL.is negation? made",
        "made": "NEUTRAL.full NEUTRAL.of noun | NOT.without noun",
        "has": "NOT.never? NEUTRAL.has noun | NOT.never? NOT.lacks noun | NEUTRAL.has NOT.no noun",
        "felt": "NOT.never? feeling | NEUTRAL.did NOT.not NEUTRAL.really? feel object",
        "negation": "NOT.not | NOT.never",
        "quality": "GOOD.quality | BAD.quality",
        "noun": "GOOD.noun | BAD.noun",
        "feeling": "liked object",
        "liked": "GOOD.liked | BAD.liked",
        "feel": "GOOD.like | BAD.like",
        "object": "NEUTRAL.it | NEUTRAL.the NEUTRAL.film",
    },
    words={
        "NEUTRAL.the": "the this",
        "NEUTRAL.film": "film plot story music ending cast",
        "NEUTRAL.new": "new french second long",
        "NEUTRAL.they": "i we they everybody critics",
        "NEUTRAL.it": "it",
        "NEUTRAL.is": "is was",
        "NEUTRAL.has": "has had",
        "NEUTRAL.did": "did",
        "NEUTRAL.full": "full",
        "NEUTRAL.of": "of",
        "NEUTRAL.very": "very really so quite",
        "NEUTRAL.really": "really",
        "NOT.not": "not",
        "NOT.never": "never hardly",
        "NOT.nobody": "nobody",
        "NOT.without": "without",
        "NOT.no": "no",
        "NOT.lacks": "lacks lacked",
        "BUT": "but",
        "ALTHOUGH": "although",
        "COMMA": ",",
        "GOOD.quality": "good great funny brilliant moving clever",
        "BAD.quality": "bad dull boring awful silly weak",
        "GOOD.noun": "charm wit style heart",
        "BAD.noun": "flaws errors noise kitsch",
        "GOOD.liked": "liked loved enjoyed admired",
        "BAD.liked": "hated disliked regretted mocked",
        "GOOD.like": "like love enjoy admire",
        "BAD.like": "hate dislike regret mock",
    },
)


class Sentiment(Sentences):
    name = "sentiment"
    title = "Sentiment of a sentence"
    pattern = "encoder"
    origin = "Sentences of a grammar of ours, drawn at random; no licence needed."
    grammar = GRAMMAR
    output_words = ("negative", "positive")

    def gold(self, tokens: Sequence[str]) -> str | None:
        """ "negative" or "positive"; None if the grammar does not make the sentence."""
        taggings = self.grammar.taggings(tokens)
        return self.output_words[self.answers(taggings.pop())] if taggings else None

    def answers(self, tags: tuple[str, ...]) -> int:
        """0 negative, 1 positive: the sign of what follows the contrast, of the whole sentence if there is none."""
        contrast = max((t for t, name in enumerate(tags) if name in ("BUT", "COMMA")), default=-1)
        signs = [SIGNS.get(name, 1) for name in tags[contrast + 1 :]]
        return int(np.prod(signs) > 0)

    def loss(self, answers: Sequence[int]) -> Loss:
        return losses.cross_entropy(np.array(answers), at="last", reduction="mean")

    def measure(self, model: Model, size: int | None = None) -> Measure:
        """Over sentences; the baseline always says the more frequent of the two."""
        batch = self.held_out(size)
        assert batch.lengths is not None
        logits = run(model, batch, loss=False).logits[batch.lengths - 1, np.arange(batch.size)]
        share, positive = float((logits.argmax(-1) == batch.loss.targets).mean()), float(batch.loss.targets.mean())
        return Measure(share, "sentences", batch.size, share >= CRITERION, baseline=max(positive, 1 - positive))
