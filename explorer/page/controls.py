"""Settings -> controls as the stage draws them, and what a person did with them -> Settings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from explorer.look.cells import CELLS
from explorer.state import series, splitting, trained, usage
from explorer.state.errors import InputError
from explorer.state.examples import EXAMPLES
from explorer.state.kinds import LONGEST_TEXT, Choice, Pixels, Range, Switch, Text
from explorer.state.settings import Settings, kinds, rules
from explorer.state.usage import DIGITS, INK
from explorer.state.what_if import WHAT_IF_IN_CHAINS

# A page with one of these in sight has an input of a kind of its own: no text to be read in another way.
GIVEN = {"program", "task", "number", "pattern", "series", "remembered", "corpus"}
INPUT = ("read_as", "encoding", "embedding")  # belong to the "More" of every page that reads a text

LARGEST_FILE = 1 << 20


def specs(settings: Settings, main: Sequence[str], more: Sequence[str] = ()) -> list[dict[str, Any]]:
    """One dict a control: a page's own few in sight, the rest under More."""
    given = GIVEN & set(main)
    replaced = _replaced(settings, main)
    shown = [spec(settings, key) for key in main if key not in replaced and relevant(settings, key)]
    example: dict[str, Any] = {
        "key": "example",
        "kind": "choice",
        "label": "Example",
        "value": "",
        "options": [("", "choose …"), *((name, name) for name in EXAMPLES)],
    }
    text_page = "own_text" in more
    upload: dict[str, Any] = {
        "key": "page_file" if text_page else "file",
        "kind": "file",
        "label": "Upload a text or CSV",
        "largest": LARGEST_FILE,
    }
    # What is changed is dragged while the room looks at the picture: it comes first.
    first = [key for key in WHAT_IF_IN_CHAINS if key in more]
    keys = [key for key in (*(() if given else INPUT), *more) if key not in (*first, *replaced)]
    rest = [spec(settings, key) for key in first if key not in main and relevant(settings, key)]
    if "series" in main:
        rest += [upload] if settings.series == "own" else []
    elif not given and "lines" not in main:
        rest += [example, upload]  # both fill the one text
    rest += [spec(settings, key) for key in keys if key not in main and relevant(settings, key)]
    if "pattern" in main:
        # What writes has so many controls in sight that these two are under More.
        (rest if settings.pattern == "generator" else shown)[1:1] = _sentences(settings)
        (rest if settings.pattern == "generator" else shown).extend(_trained(settings))
    if text_page:
        rest.insert(1 + [control["key"] for control in rest].index("own_text"), upload)
    return shown + [{**control, "more": True} for control in rest]


def _trained(settings: Settings) -> list[dict[str, Any]]:
    """The cells to choose from where a few were trained."""
    cells = [(cell, CELLS[cell].label) for cell in usage.trained_cells(settings)]
    key = usage.cell_of(settings)
    control = {"key": key, "kind": "segments", "label": "Cell", "value": settings.cell, "options": cells}
    return [control] if len(cells) > 1 else []


def _sentences(settings: Settings) -> list[dict[str, Any]]:
    """The sentences to choose from where a trained network reads one."""
    if settings.task not in usage.EXAMPLES:
        return []
    sentences, now = usage.EXAMPLES[settings.task], getattr(settings, usage.WRITTEN[settings.task])
    words = [(sentence, " ".join(sentence.split())) for sentence in sentences]
    options = words if now in sentences else [("", "your own"), *words]
    value = now if now in sentences else ""
    return [{"key": "example", "kind": "choice", "label": "Example", "value": value, "options": options}]


def _replaced(settings: Settings, main: Sequence[str]) -> set[str]:
    """What has no meaning on a page with these controls in sight, under these settings."""
    if "brackets" in main and settings.tree == "own":
        return {"text", "length", "read_as"}
    if "numbers" in main and settings.series == "own":
        return {"example"}
    if "task" in main:
        return trained.unread(settings)
    if "pattern" in main:
        return usage.others(settings)
    return set()


def spec(settings: Settings, key: str) -> dict[str, Any]:
    """The control of one setting."""
    kind, rule = kinds()[key], rules()[key]
    own = getattr(settings, key)
    value = rule.stands(settings) if rule.stands else own
    control: dict[str, Any] = {"key": key, "label": kind.label, "value": value}
    match kind:
        case Range():
            low = rule.low(settings) if rule.low else kind.low
            high = rule.high(settings) if rule.high else kind.high
            control |= {"kind": "slider", "low": low, "high": high, "step": kind.step}
            control |= {"decimals": kind.decimals, "log": kind.log, "value": min(value, high)}
        case Choice():
            offered = rule.offered(settings) if rule.offered else kind.options
            options = [(name, kind.options[name]) for name in offered]
            control |= {"kind": "segments" if len(options) <= 3 else "choice", "options": options}
        case Switch():
            control |= {"kind": "toggle"}
        case Pixels():
            control |= {"kind": "pixels", "own": bool(own), "ink": INK}
            control |= {"others": "digit", "other": settings.digit, "last": DIGITS}
        case Text():
            multiline = kind.multiline or (key == "text" and settings.read_as == "numbers")
            control |= {"kind": "text", "multiline": multiline, "hint": kind.hint}
    return control


def relevant(settings: Settings, key: str) -> bool:
    """Whether a setting has a meaning beside the others: an LSTM has no nonlinearity to choose."""
    rule = rules()[key].relevant
    return rule is None or rule(settings)


def apply(settings: Settings, changes: Mapping[str, Any], reads: Collection[str] | None = None) -> Settings:
    """The settings after what a person did: moved a control, chose an example, uploaded a file, reset. What a page
    does not read, where it is said what it `reads`, is neither moved nor reset.

    Raises InputError where a file cannot be read; the settings are as they were.
    """
    reads = kinds().keys() if reads is None else reads
    if changes.get("reset"):
        default = Settings().but(projector=settings.projector)
        return settings.but(**{key: getattr(default, key) for key in reads})
    kept = {*reads, "example"}  # also the name of an action, as `file` and others are
    changes = {key: value for key, value in changes.items() if key in kept or key not in kinds()}
    changes |= usage.example(str(changes.get("example")))
    if changes.get("example") in EXAMPLES:
        changes["read_as"], changes["text"] = EXAMPLES[changes["example"]]
    if "file" in changes:
        changes["text"] = decode(changes["file"])
    if "page_file" in changes:
        changes["own_text"] = decode(changes["page_file"])[:LONGEST_TEXT]
    if "text" in changes and {"example", "file"} & changes.keys():
        changes["brackets"] = changes["numbers"] = ""  # those were of another text
        changes["given"] = _kept(str(changes["text"]))[1] if series.looks_numeric(str(changes["text"])) else 0
    if "digit" in changes:
        changes["drawn"] = ""  # another one is looked at
    if "text" in changes:
        changes["text"] = series.shortened(str(changes["text"]), LONGEST_TEXT)
    if "numbers" in changes and "text" not in changes:
        changes["numbers"], changes["given"] = _kept(str(changes["numbers"]))
    after = settings.changed(changes)
    reread = (after.text, after.read_as) != (settings.text, settings.read_as)
    if after.number != settings.number and "target" not in changes:
        after = after.but(target=None)  # the word of another phrase
    if reread and "length" not in changes:  # another input is read whole, if nothing else is said
        after = after.but(length=splitting.count(after.text, after.read_as))
    return after


def _kept(numbers: str) -> tuple[str, int]:
    """As many whole numbers as the settings hold and, where these are not all, how many there were; else 0. Raises
    InputError where a text that is too long is no series of numbers."""
    if len(numbers) <= LONGEST_TEXT:
        return numbers, 0
    kept, given = series.shortened(numbers, LONGEST_TEXT), len(series.read(numbers).values)
    return kept, given if len(series.read(kept).values) < given else 0


def decode(file: Any) -> str:
    """The text of an uploaded file."""
    try:
        content = base64.b64decode(file["base64"], validate=True)
        name = str(file["name"])[:60]
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise InputError("Expected a file, got something else: choose a text or CSV file.") from None
    if len(content) > LARGEST_FILE:
        raise InputError(f"Expected a file of at most 1 MB, got more: choose a part of “{name}”.")
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"Expected text in UTF-8, got a byte that is none at position {error.start} of “{name}”: "
            "save the file as UTF-8 and upload it again."
        ) from None
    if not text.strip():
        raise InputError(f"Expected some text, got an empty file: choose another than “{name}”.")
    return text
