"""Numbers in words, split into tokens: English, German and French, by num2words.

    numeral(42, "en")             ("forty", "two")                       num2words: forty-two
    numeral(7342, "de")           ("sieben", "tausend", "drei", "hundert", "zwei", "und", "vierzig")
    numeral(80, "fr")             ("quatre", "vingts")                   num2words: quatre-vingts
    joined(tokens, language)      num2words's own spelling again

German writes a numeral as one word; its tokens are the numerals that it is made of, ten to nineteen and the tens being
one each. French tokens are what stands between spaces and hyphens. English ones too, without the commas; an English
numeral is read and not joined.

num2words: Savoir-faire Linux and others, LGPL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, pairwise, zip_longest

from core import checks

LANGUAGES = ("de", "fr")  # those to translate into
LARGEST = 9999
GERMAN = re.compile(  # at every place the first that fits, so the longer ones come before what they begin with
    "(?:drei|vier|fünf|sech|sieb|acht|neun)zehn|(?:zwan|vier|fünf|sech|sieb|acht|neun)zig|dreißig|"
    "null|eins|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|und|hundert|tausend"
)
FRENCH_TENS = ("dix", "vingt", "trente", "quarante", "cinquante", "soixante")
FRENCH_UNITS = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
FRENCH_TEENS = ("onze", "douze", "treize", "quatorze", "quinze", "seize")
WORD = re.compile(r"\w+")


@cache
def numerals(language: str, largest: int) -> tuple[tuple[str, ...], ...]:
    """The tokens of 0, …, largest in "en", "de" or "fr"."""
    return tuple(numeral(number, language) for number in range(largest + 1))


def numeral(number: int, language: str) -> tuple[str, ...]:
    """The tokens of one number from 0 to 9999. Raises InvalidValue for others, and for other languages.

    Above 1000 they are those of the thousands, then those of the rest; so num2words, which takes its time, is asked for
    the 1008 parts alone.
    """
    checks.index("number", number, LARGEST + 1, "choose a smaller one, from zero up")
    checks.choice("language", language, ("en", *LANGUAGES))
    thousands, rest = number // 1000 * 1000, number % 1000
    if not thousands or not rest:
        return _part(number, language)
    link = ("and",) if language == "en" and rest < 100 else ()
    return _part(thousands, language) + link + _part(rest, language)


@cache
def _part(number: int, language: str) -> tuple[str, ...]:
    return tuple((GERMAN if language == "de" else WORD).findall(spelled(number, language)))


def spelled(number: int, language: str) -> str:
    """What num2words writes."""
    from num2words import num2words

    words: str = num2words(number, lang=language)
    return words


def joined(tokens: Iterable[str], language: str) -> str:
    """Tokens as they are written: in German one word; in French with a hyphen within a number below a hundred, spaces
    elsewhere. What is no numeral is joined by the same rules."""
    checks.choice("language", language, LANGUAGES)
    tokens = list(tokens)
    if language == "de":
        return "".join(tokens)
    gaps = ["-" if _hyphened(*pair) else " " for pair in pairwise(tokens)]
    return "".join(chain.from_iterable(zip_longest(tokens, gaps, fillvalue="")))


def _hyphened(left: str, right: str) -> bool:
    """Whether a hyphen stands between two French tokens: quatre-vingts, dix-sept, vingt-deux, but vingt et un."""
    if left in FRENCH_TENS:
        return right in FRENCH_UNITS + FRENCH_TEENS
    return left == "quatre" and right in ("vingt", "vingts")
