"""Settings -> controls as the stage draws them, and what a person did with them -> Settings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from explorer.jobs import own_training
from explorer.look.cells import CELLS
from explorer.passes import at_snapshot, batches, forecast, memory, over_training, trees, units, usage, what_if
from explorer.state import inputs, series
from explorer.state.errors import InputError
from explorer.state.settings import (
    DIGITS,
    LONGEST_TEXT,
    WHAT_IF_IN_CHAINS,
    Choice,
    Pixels,
    Range,
    Settings,
    Switch,
    Text,
    kinds,
)

# A page with one of these has inputs of a kind of its own: no text to be read in another way.
GIVEN = {"program", "task", "number", "pattern", "series", "remembered", "corpus"}
INPUT = ("read_as", "encoding", "embedding")  # belong to the "More" of every page that reads a text
# What is read where the user has written nothing.
READ = {"lines": batches.text, "brackets": trees.text, "drawn": usage.as_drawn, "numbers": forecast.numbers}
OF_A_PAGE = ("character", "span_from", "span_to")  # places in a page of text
# What is in force where the chosen option has no meaning, or none was chosen.
IN_FORCE = {
    "network": memory.network,
    "distance": memory.distance,
    "gate": what_if.gate,
    "what_if": what_if.kind,
}
LARGEST_FILE = 1 << 20


def specs(settings: Settings, main: Sequence[str], more: Sequence[str]) -> list[dict[str, Any]]:
    """One dict a control: the page's own few in sight, the rest under More."""
    replaced = _replaced(settings, main)
    shown = [spec(settings, key) for key in main if key not in replaced and relevant(settings, key)]
    example: dict[str, Any] = {
        "key": "example",
        "kind": "choice",
        "label": "Example",
        "value": "",
        "options": [("", "choose …"), *((name, name) for name in inputs.EXAMPLES)],
    }
    page = "own_text" in more
    upload: dict[str, Any] = {"key": "page_file" if page else "file", "kind": "file", "label": "Upload a text or CSV"}
    # What is changed is dragged while the room looks at the picture: it comes first.
    first = [key for key in WHAT_IF_IN_CHAINS if key in more]
    given = GIVEN & set(main)
    keys = [key for key in (*(() if given else INPUT), *more) if key not in (*first, *replaced)]
    rest = [spec(settings, key) for key in first if key not in main and relevant(settings, key)]
    if "series" in main:
        rest += [upload] if settings.series == "own" else []
    elif not given and "lines" not in main:
        rest += [example, upload]  # both fill the one text
    rest += [spec(settings, key) for key in keys if key not in main and relevant(settings, key)]
    if "task" in main:  # the film may be one of one's own, which is growing
        for control in shown:
            if control["key"] == "snapshot":
                control["high"] = own_training.snapshots(settings)
                control["value"] = min(control["value"], control["high"])
    if "pattern" in main:
        # What writes has so many controls in sight that these two are under More.
        (rest if settings.pattern == "generator" else shown)[1:1] = _sentences(settings)
        (rest if settings.pattern == "generator" else shown).extend(_trained(settings))
    if page:
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
        return at_snapshot.unread(settings)
    if "pattern" in main:
        return usage.others(settings)
    return set()


def spec(settings: Settings, key: str) -> dict[str, Any]:
    """The control of one setting."""
    kind = kinds()[key]
    control: dict[str, Any] = {"key": key, "label": kind.label, "value": getattr(settings, key)}
    match kind:
        case Range():
            high = upper(settings, key, kind)
            control |= {"kind": "slider", "low": lower(settings, key, kind), "high": high, "step": kind.step}
            value = over_training.filmed(settings, key) if key in over_training.FILMED else control["value"]
            control |= {"decimals": kind.decimals, "log": kind.log, "value": min(value, high)}
        case Choice():
            options = offered(settings, key, kind)
            control |= {"kind": "segments" if len(options) <= 3 else "choice", "options": list(options.items())}
            if key in IN_FORCE:
                control["value"] = IN_FORCE[key](settings)
        case Switch():
            control |= {"kind": "toggle"}
        case Pixels():
            control |= {"kind": "pixels", "value": READ[key](settings), "own": bool(control["value"])}
            control |= {"others": "digit", "other": settings.digit, "last": DIGITS}
        case Text():
            multiline = kind.multiline or (key == "text" and settings.read_as == "numbers")
            control |= {"kind": "text", "multiline": multiline, "hint": kind.hint}
            if key in READ:
                control["value"] = READ[key](settings)
    return control


def lower(settings: Settings, key: str, kind: Range) -> float:
    """A slider's lower bound: only a candidate goes below 0."""
    if key == "gate_value" and not settings.of_cell.gates[what_if.gate(settings)].signed:
        return 0.0
    return kind.low


def offered(settings: Settings, key: str, kind: Choice) -> Mapping[str, str]:
    """The options that have a meaning beside the other settings."""
    if key == "distance":
        return {far: kind.options[far] for far in memory.far(settings)}
    if key in ("shade", "feature"):
        has = units.shades(settings.cell) if key == "shade" else ("best", *units.offered(settings.corpus))
        return {name: word for name, word in kind.options.items() if name in has}
    if key == "gate":
        return {name: kind.options[name] for name in what_if.gates(settings)}
    if key == "what_if":
        return {
            name: word for name, word in kind.options.items() if what_if.kind(replace(settings, what_if=name)) == name
        }
    return kind.options


def upper(settings: Settings, key: str, kind: Range) -> float:
    """A slider's upper bound: a view's selection stays inside its sequence, a series has only so many numbers."""
    if key == "length" and settings.read_as == "numbers":
        return inputs.count(settings.text, settings.read_as)
    if key in ("step", "loss_time", "k1", "k2", "from_step", "to_step", "token_step", *OF_A_PAGE):
        return settings.length
    if key in ("known", "moment"):
        return max(kind.low, forecast.length(settings) - (key == "known"))  # at least one forecast is read
    if key in ("unit", "watched"):
        return settings.hidden
    if key in ("layer", "in_layer"):
        return settings.layers
    return kind.high


def relevant(settings: Settings, key: str) -> bool:
    """Whether a setting has a meaning beside the others: an LSTM has no nonlinearity to choose."""
    cell = settings.of_cell.equations
    changed = what_if.kind(settings)
    pattern, writes = settings.pattern, settings.pattern == "generator"
    names = writes and settings.writes == "captioning"
    rules = {
        "nonlinearity": "nonlinearity" in cell.options(),
        "forget_bias": cell.forget_gate is not None,
        "gain": settings.scheme != "spectral",
        "radius": settings.scheme == "spectral",
        "loss_steps": settings.loss == "chosen",
        "brackets": settings.tree == "own",
        "embedding": settings.encoding == "embedding" and settings.read_as != "numbers",
        "encoding": settings.read_as != "numbers",
        "gate": changed == "gate",
        "gate_value": changed == "gate",
        "pinned_units": changed == "gate",
        "zeroed_units": changed == "unit",
        "from_step": changed in ("gate", "unit"),
        "to_step": changed in ("gate", "unit"),
        "in_layer": changed in ("gate", "unit"),
        "in_direction": changed in ("gate", "unit"),
        "to_radius": changed == "radius",
        "token_step": changed == "token",
        "token": changed == "token",
        "bits": settings.program == "parity",
        "sum_of": settings.program == "addition",
        "word": settings.program == "balanced",
        "reader": settings.corpus == "source",  # the one text that several cells were trained on
        "passage": not settings.own_text,
        "train_bias": cell.forget_gate is not None,
        "train_norm": settings.train_clip,
        "train_k": settings.train_cut,
        "reversed": settings.language == "de",  # of these two there is one film each, with the whole context
        "context": settings.language == "de" and not settings.reversed,
        "asked": pattern == "encoder",
        "both_ways": pattern == "transducer",
        "writes": writes,
        "written": writes and not names,
        "choosing": writes,
        "temperature": writes,
        "draw": writes and settings.choosing == "sampled",
        "digit": (names or pattern == "one-to-one") and not settings.drawn,
        "k1": settings.truncate and settings.loss != "last",  # one loss is swept from once, however often
        "k2": settings.truncate,
        "numbers": settings.series == "own",
    }
    return rules.get(key, True)


def apply(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """The settings after what a person did: moved a control, chose an example, uploaded a file, reset.

    Raises InputError where a file cannot be read; the settings are as they were.
    """
    if changes.get("reset"):
        return Settings(projector=settings.projector)
    changes = dict(changes)
    changes |= usage.example(str(changes.get("example")))
    if changes.get("example") in inputs.EXAMPLES:
        changes["read_as"], changes["text"] = inputs.EXAMPLES[changes["example"]]
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
        after = replace(after, target=None)  # the word of another phrase
    if reread and "length" not in changes:  # another input is read whole, if nothing else is said
        after = replace(after, length=inputs.count(after.text, after.read_as))
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
