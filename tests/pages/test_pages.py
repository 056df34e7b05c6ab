"""Every page on every kind of input and network: what it sends to the browser."""

import contextlib
import io
from dataclasses import replace
from types import SimpleNamespace

import orjson
import plotly.graph_objects as go
import pytest

from core import sweeps
from core.films.recipes import RECIPES
from explorer.figures.picture import Picture
from explorer.jobs import own_training
from explorer.look import style
from explorer.look.cells import CELLS
from explorer.page import catalogue, controls, proof
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.state.memory import REMEMBERED
from explorer.state.network import SCHEMES
from explorer.state.program import PROGRAMS
from explorer.state.settings import Settings
from explorer.state.trained import TASKS
from explorer.state.trees import SHAPES as TREES
from explorer.state.usage import PATTERNS

PAGES = catalogue.names()
# Their networks and their inputs are of a kind of their own.
GIVEN = tuple(page for page in PAGES if controls.GIVEN & set(catalogue.page(page).main))
READING = tuple(page for page in PAGES if page not in GIVEN)  # a text or lines of one's own choosing
OF_ONE_TEXT = tuple(page for page in READING if page != "lengths")


def visit(page, state=None, **query):
    """What a page shows of a link."""
    found, state = catalogue.page(page) if isinstance(page, str) else page, state or State()
    state.open(found, {key: str(value) for key, value in query.items()})
    state.rest(found)
    return orjson.loads(respond(found, state))


def good(view):
    """A view that was composed: a sentence for a title, every figure valid, nothing that is no number in words."""
    assert not view["failed"], view["message"]
    assert view["title"].endswith((".", "”."))
    for panel in view["panels"]:
        go.Figure(panel["figure"])
        assert panel["title"].endswith(".")
        assert panel["snippet"].count("\n") == 5
        assert "nan" not in panel["title"].lower()
    return view


@pytest.mark.parametrize("page", PAGES)
def test_the_page_opens(page):
    good(visit(page))


def broken(*_, **__):
    return 1 / 0


def breaking(name):
    """What goes on beside the page of a training, one of its answers broken."""
    return SimpleNamespace(**{one: getattr(own_training, one) for one in BESIDE} | {name: broken})


BESIDE = ("run", "control", "bounds", "pace")
PARTS = [{"adapt": broken}, {"compose": broken}, *({"beside": breaking(name)} for name in BESIDE)]


@pytest.mark.parametrize("part", PARTS, ids=["adapt", "compose", *BESIDE])
def test_what_goes_wrong_around_a_view_is_one_sentence(part):
    view = visit(replace(catalogue.page("training"), **part), cell="gru")
    assert view["failed"]
    assert view["message"].startswith("This view could not be computed with these settings")
    assert view["address"] == "cell=gru"
    assert view["controls"]


def test_a_proof_that_goes_wrong_is_one_sentence(monkeypatch):
    monkeypatch.setattr(proof, "line", broken)
    assert visit("gates")["message"].startswith("This view could not be computed with these settings")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell(page, cell):
    queries = ({}, {"loss": "every", "step": 1}, {"node": "a", "initial": "learned"})
    for query in queries[:1] if page in GIVEN else queries:
        good(visit(page, cell=cell, **query))


@pytest.mark.parametrize("page", READING)
@pytest.mark.parametrize(
    "query",
    [
        {"text": "x", "length": 1},
        {"text": "a🙂b", "length": 3},
        {"text": "שלום עולם", "length": 9},
        {"text": "<b>&amp;</b>", "length": 12},
        {"text": "one two three", "read_as": "words", "length": 3},
        {"text": "1\n2\n4\n8\n16", "read_as": "numbers", "length": 4},
        {"text": "5\n5\n5", "read_as": "numbers", "length": 2},
        {"length": 60, "hidden": 48},
        {"encoding": "embedding"},
        {"loss": "chosen", "loss_steps": "2, 4"},
        {"nonlinearity": "relu", "gain": 3, "length": 60},
        {"nonlinearity": "identity", "gain": 3, "length": 60},
        {"gain": 0},
        {"hidden": 1},
        {"system": "autonomous", "folded": 1},
        {"system": "driven"},
        {"revealed": 1, "projector": 1},
        {"scheme": "spectral", "radius": 2},
        {"truncate": 1, "clip_by": "value"},
        {"truncate": 1, "loss": "every", "k1": 3, "k2": 2, "parameter": "V"},
        {"lines": "x"},
        {"lines": "one\ntwo\nsix", "loss": "every"},
        {"lines": "<b>&amp;\n🙂", "parameter": "b"},
        {"lines": "\n".join("abcdefghij" * n for n in range(1, 9)), "hidden": 48},
        {"lines": "1 2 4 8\n3 5", "read_as": "numbers", "loss": "every", "text": "1 2 4 8", "length": 3},
    ],
    ids=str,
)
def test_every_kind_of_input(page, query):
    good(visit(page, **query))


CHANGES = [
    {"cell": "lstm", "what_if": "gate", "from_step": 3, "to_step": 5},
    {"cell": "gru-before", "what_if": "gate", "gate": "candidate", "gate_value": -0.5, "pinned_units": "1, 3"},
    {"what_if": "unit", "zeroed_units": "2", "step": 4},
    {"cell": "jordan", "what_if": "radius", "to_radius": 1.5, "loss": "every"},
    {"what_if": "token", "token": "h", "token_step": 3},
]
HAVE_NONE = {("feedback", "gate"), ("lengths", "token"), ("trees", "gate")}  # no gates; several sequences
# A program has its own, a weight's error; a trained network is shown as it was trained: they do not read it.
HAVE_NONE |= {
    (page, change["what_if"]) for page in PAGES for change in CHANGES if "what_if" not in catalogue.page(page).reads
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", CHANGES, ids=str)
def test_a_change_is_said_and_drawn_beside_what_it_was(page, query):
    if (page, query["what_if"]) in HAVE_NONE:
        assert "What if" not in good(visit(page, **query))["notice"]
        return
    view = good(visit(page, **query))
    assert view["title"].startswith("With ")
    assert "What if: with " in view["notice"]
    hero = view["panels"][0]["figure"]["data"]
    assert any(trace.get("line", {}).get("color") == style.GHOST and "dash" in trace["line"] for trace in hero)
    plain = good(visit(page, **{key: value for key, value in query.items() if key != "what_if"}))
    assert "What if" not in plain["notice"]
    assert plain["title"] != view["title"]


@pytest.mark.parametrize("page", READING)
@pytest.mark.parametrize(
    "query",
    [
        {"what_if": "gate"},
        {"what_if": "unit", "zeroed_units": "all", "folded": 1},
        {"what_if": "unit", "system": "driven", "length": 1},
        {"what_if": "unit", "from_step": 9, "to_step": 2, "length": 4, "cell": "lstm", "node": "h", "step": 4},
        {"what_if": "radius", "to_radius": 0},
        {"what_if": "radius", "to_radius": 2, "nonlinearity": "identity", "length": 60},
        {"what_if": "token", "token_step": 60},
        {"what_if": "token", "text": "1 2 4 8 16", "read_as": "numbers", "token": "3", "length": 4},
        {"what_if": "token", "system": "autonomous"},
        {"what_if": "unit", "hidden": 48, "length": 60, "initial": "learned"},
    ],
    ids=str,
)
def test_every_kind_of_change(page, query):
    for node in ("h", "y", "x"):
        good(visit(page, **{"node": node} | query))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_initialisation(scheme):
    good(visit("gradients", scheme=scheme))


@pytest.mark.parametrize("node", "xahoyL")
def test_every_node_has_its_equation(node):
    for page in ("unrolling", "backpropagation"):
        for query in ({}, {"read_as": "numbers", "text": "1 2 4 8"}, {"step": 10, "loss": "every"}):
            assert good(visit(page, node=node, **query))["card"]["blocks"]


@pytest.mark.parametrize("parameter", "WUbVc")
def test_every_parameter_has_its_contributions(parameter):
    good(visit("backpropagation", parameter=parameter))


UNREADABLE = [
    ({"text": " "}, "Expected some characters to read, got none: type at least one letter."),
    ({"text": "hello", "read_as": "numbers"}, "Expected numbers, got “hello” on line 1"),
    ({"loss": "chosen", "loss_steps": "none"}, "Expected steps between 1 and 12"),
    ({"what_if": "unit", "zeroed_units": "9"}, "Expected units between 1 and 8, got “9”: write"),
    ({"what_if": "token", "token": "q"}, "Expected one of the input’s own characters to read instead, got “q”"),
]


@pytest.mark.parametrize(
    ("page", "query", "message"),
    [(page, *case) for page in OF_ONE_TEXT for case in UNREADABLE if case[0].keys() <= catalogue.page(page).reads],
)
def test_what_cannot_be_read_is_one_sentence(page, query, message):
    view = visit(page, **query)
    assert view["failed"]
    assert view["message"].startswith(message)
    assert view["controls"], "the controls stay, to mend it"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"lines": " "}, "Expected some lines to read, got none"),
        ({"lines": "a b\n...", "read_as": "numbers"}, "Expected at least two numbers on line 1, got “a b”"),
        ({"lines": "1 2\n3", "read_as": "numbers"}, "Expected at least two numbers on line 2, got “3”"),
        ({"loss": "chosen", "loss_steps": "none"}, "Expected steps between 1 and 11"),
    ],
)
def test_lines_that_cannot_be_read_are_one_sentence(query, message):
    view = visit("lengths", **query)
    assert view["failed"]
    assert view["message"].startswith(message)


@pytest.mark.parametrize(
    ("brackets", "message"),
    [
        ("(a (b c)", "Expected brackets in pairs around words, got a “(” at character 1 that is never closed: write"),
        ("a b)", "Expected brackets in pairs around words, got a “)” too many at character 4: take it away"),
        ("a ()", "Expected brackets in pairs around words, got an empty pair at character 3"),
        ("a " * 61, "Expected at most 60 words in the brackets, got 61: take some out."),
    ],
)
def test_brackets_that_cannot_be_read_are_one_sentence(brackets, message):
    view = visit("trees", tree="own", brackets=brackets)
    assert view["failed"]
    assert view["message"].startswith(message)
    assert "brackets" in [c["key"] for c in view["controls"]], "to mend them"


def test_a_page_of_one_character_is_one_sentence():
    view = visit("units", own_text="a")
    assert view["failed"]
    assert "at least 2 characters" in view["message"]
    assert "own_text" in [control["key"] for control in view["controls"]], "to mend it"


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"text": "x", "length": 1, "brackets": "(x)"},
        {"tree_node": 119, "length": 60, "hidden": 48, "brackets": " ".join("abcdefghij" * 6)},
        {"read_as": "numbers", "text": "1 2 4 8", "length": 3, "brackets": "(1 (2 4))"},
        {"read_as": "words", "text": "no ( one ) knows", "tree_node": 4, "revealed": 1},
        {"brackets": "<b> (&amp; 🙂) (שלום עולם)", "revealed": 1, "projector": 1, "tree_node": 5},
    ],
    ids=str,
)
def test_every_tree(tree, query):
    view = good(visit("trees", tree=tree, **query))
    assert view["notice"].count("brackets") == (tree == "own")


def test_the_trees_are_elmans_whatever_cell_was_chosen_elsewhere():
    plain = visit("trees")
    for cell in CELLS:
        state = State(settings=Settings(cell=cell))
        assert visit("trees", state) == plain
        assert state.settings.cell == cell, "it waits for the other pages"


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"bits": "0", "sum_of": "0 0", "word": "b", "step": 1, "longest": 5},
        {"bits": "10" * 20, "sum_of": f"{2**39 - 1} + 1", "word": "a" * 20 + "b" * 20, "step": 60, "longest": 100},
        {"weight_error": 0.5, "revealed": 1, "projector": 1, "step": 2},
        {"weight_error": 0.5, "word": "a" * 40, "step": 60},
    ],
    ids=str,
)
def test_every_program(program, query):
    view = good(visit("programs", program=program, **query))
    (read,) = {"bits", "sum_of", "word"} & {c["key"] for c in view["controls"]}
    assert read == {"parity": "bits", "addition": "sum_of", "balanced": "word"}[program]
    assert not {"text", "read_as", "encoding", "example", "file"} & {c["key"] for c in view["controls"]}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"bits": "102"}, "Expected the digits 0 and 1, got “102”: write for example 1011."),
        ({"bits": " "}, "Expected the digits 0 and 1, got"),
        ({"bits": "1" * 41}, "Expected at most 40 steps, got 41: write something shorter."),
        ({"program": "addition", "sum_of": "13 + -1"}, "Expected two whole numbers from 0 up, got “13 + -1”"),
        ({"program": "addition", "sum_of": "13"}, "Expected two whole numbers from 0 up, got “13”"),
        ({"program": "addition", "sum_of": "9" * 2000}, "Expected two whole numbers from 0 up, got “9999"),
        ({"program": "addition", "sum_of": f"{2**39} + 1"}, "Expected numbers of at most 39 bits, got more"),
        ({"program": "addition", "sum_of": "١ + ١"}, "Expected two whole numbers from 0 up"),
        ({"program": "balanced", "word": "abc"}, "Expected the letters a and b, got “abc”: write for example aaabbb."),
        ({"program": "balanced", "word": ""}, "Expected the letters a and b, got “”"),
    ],
    ids=str,
)
def test_what_a_program_cannot_read_is_one_sentence(query, message):
    view = visit("programs", **query)
    assert view["failed"]
    assert view["message"].startswith(message)
    assert view["controls"], "the controls stay, to mend it"


@pytest.mark.parametrize("reader", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"corpus": "prose", "passage": 40, "shade": "dc", "revealed": 1},
        {"own_text": "ab", "span_from": 9, "span_to": 2, "shade": "forget", "watched": 160},
        {"own_text": "<b>&amp;🙂\tשלום\n" * 30, "projector": 1, "shade": "dh", "threshold": -1},
        {"passage": 1, "snapshot": 1, "span_to": 300, "span_from": 1, "feature": "quotation", "threshold": 1},
        {"passage": 3, "watched": 9, "feature": "line", "shade": "candidate", "character": 300},
    ],
    ids=str,
)
def test_every_page_of_text(reader, query):
    view = good(visit("units", reader=reader, **query))
    assert view["card"]["title"].startswith("Character ")
    keys = {control["key"] for control in view["controls"]}
    assert {"own_text", "page_file", "watched"} <= keys
    assert not {"text", "read_as", "file", "example"} & keys
    assert ("reader" in keys) == (query.get("corpus") != "prose")


FILMED = [(kind, cell) for kind in TASKS for cell in ("rnn", "gru", "lstm") if f"{kind}-{cell}" in RECIPES]


@pytest.mark.parametrize(("kind", "cell"), FILMED)
def test_every_training(kind, cell):
    view = good(visit("training", task=kind, cell=cell, snapshot=9, example=50, step=60, revealed=1, projector=1))
    assert view["player"]["value"] == 9
    read = {control["key"] for control in view["controls"]} & {"review", "tagged", "continued", "example", "text"}
    assert len(read) == 1
    (control,) = (control for control in view["controls"] if control["kind"] == "training")
    assert control["buttons"] == [["start", "Train it live"]]
    assert view["pace"] is None


@pytest.mark.parametrize(
    "query",
    [
        {"task": "tagging", "tagged": "the old"},
        {"task": "tagging", "tagged": "old old old the the"},
        {"task": "tagging", "tagged": " ".join(["the old man"] * 30)},
        {"task": "sentiment", "review": "it", "snapshot": 1},
        {"task": "adding", "revealed": 1},
    ],
    ids=str,
)
def test_sentences_to_read_while_it_learns(query):
    good(visit("training", **{"cell": "lstm", "snapshot": 4} | query))


@pytest.mark.parametrize("query", [{"task": "tagging", "tagged": "quux"}, {"task": "sentiment", "review": ""}], ids=str)
def test_a_sentence_that_no_training_knows_is_one_sentence(query):
    view = visit("training", **query)
    assert view["failed"]
    assert view["message"].endswith(".")
    assert any(control["kind"] == "training" for control in view["controls"])


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize(
    "query",
    [
        {"cell": "lstm", "revealed": 1},
        {"cell": "gru", "snapshot": 1, "step": 3, "revealed": 1, "projector": 1},
        {"asked": "every", "both_ways": 1, "choosing": "sampled", "temperature": 3, "draw": 5, "revealed": 1},
        {"writes": "source", "written": 30, "choosing": "sampled"},
        {"writes": "prose", "continued": "a", "cell": "lstm", "temperature": 0.1},
        {"drawn": "0" * 20 + "f" * 24 + "0" * 20},
        {"drawn": "0" * 64},
        {"review": "film", "tagged": "those", "digit": 359, "number": "0", "step": 1},
        {"review": "very " * 70, "tagged": "boat " * 70, "continued": "x <b>&\n" * 60, "writes": "source"},
    ],
    ids=str,
)
def test_every_usage_pattern(pattern, query):
    view = good(visit("patterns", pattern=pattern, **query))
    keys = {c["key"] for c in view["controls"]}
    of_its_own = {"one-to-one": "drawn", "encoder": "review", "transducer": "tagged", "conditional generator": "number"}
    if pattern == "generator":
        of_its_own[pattern] = "continued" if "writes" in query else "drawn"
    assert keys & {"drawn", "review", "tagged", "continued", "number"} == {of_its_own[pattern]}
    assert not {"text", "read_as", "encoding", "file"} & keys
    assert view["card"]["blocks"]


def test_how_much_is_written_is_asked_in_sight_and_what_the_temperature_leaves_alone_is_said():
    view = good(visit("patterns", pattern="generator", writes="source"))
    assert "written" in {c["key"] for c in view["controls"] if not c.get("more")}
    assert "the most probable stays so" in view["lead"]
    assert view["title"].endswith(", the most probable at any τ.")
    assert "written" not in {c["key"] for c in good(visit("patterns", pattern="generator"))["controls"]}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"review": "the film was marvellous"}, "A word must be one of the 76 known: the, this, film, "),
        ({"review": " "}, "The sentence must be of one or more known words, but got none: write some, such as the"),
        ({"pattern": "transducer", "tagged": "the cat sleeps"}, "A word must be one of the 62 known: the, that, "),
        ({"pattern": "conditional generator", "number": "12345"}, "The number must be from 0 to 9999, but got 12345"),
        ({"pattern": "conditional generator", "number": "many"}, "The number must be in digits or English words"),
        ({"pattern": "generator", "writes": "source", "continued": ""}, "The text must be of one or more characters"),
    ],
)
def test_what_a_trained_network_cannot_read_is_one_sentence(query, message):
    view = visit("patterns", **query)
    assert view["failed"]
    assert view["message"].startswith(message)
    assert view["controls"], "the controls stay, to mend it"


@pytest.mark.parametrize("task", REMEMBERED)
@pytest.mark.parametrize(
    "query",
    [{}, {"cell": "lstm", "snapshot": 1, "example": 50}, {"cell": "gru", "revealed": 1, "projector": 1}],
    ids=str,
)
def test_every_memory(task, query):
    view = good(visit("memory", remembered=task, **query))
    assert not {"text", "read_as", "encoding", "file"} & {c["key"] for c in view["controls"]}


@pytest.mark.parametrize("written", ["", '{"recipe": {"task"', "no outcome\n", "[]\n", '{"recipe": 1}\n', "\xff\n"])
def test_outcomes_that_are_missing_or_half_written_are_one_sentence(written, monkeypatch, tmp_path):
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)
    (tmp_path / "memory.jsonl").write_bytes(written.encode("latin-1"))
    view = good(visit("memory", revealed=1))
    assert view["title"] == "Adding two numbers: no outcomes are there yet."
    assert "python -m core.sweeps memory." in view["notice"]
    assert ("cannot be read" in view["notice"]) == written.endswith("\n")


OWN = "\n".join(f"{n % 7 + n / 50:.2f}" for n in range(150))


@pytest.mark.parametrize(
    "query",
    [
        {"known": 2, "moment": 3, "snapshot": 1},
        {"known": 119, "moment": 120, "revealed": 1, "projector": 1},
        {"series": "lorenz", "cell": "gru", "moment": 60, "example": 50},
        {"series": "lorenz", "cell": "jordan", "moment": 2},
        {"series": "own", "revealed": 1},
        {"series": "own", "numbers": OWN, "cell": "lstm", "snapshot": 3, "known": 119},
        {"series": "own", "numbers": OWN.replace("\n", "; "), "moment": 1},
        {"series": "own", "text": OWN, "read_as": "numbers", "known": 2},
        {"series": "own", "numbers": "\n".join(map(str, range(40)))},
    ],
    ids=str,
)
def test_every_series(query):
    view = good(visit("drift", **query))
    own = query.get("series") == "own"
    whose = "your" if {"numbers", "text"} & query.keys() else "these"  # without any, an example stands in
    assert (f"trained on sines, not on {whose}" in view["notice"]) == own
    keys = {c["key"] for c in view["controls"]}
    assert ("numbers" in keys, "example" in keys, "file" in keys) == (own, not own, own)
    assert not {"text", "read_as", "encoding"} & keys


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("hello", "Expected numbers, got “hello” on line 1"),
        ("1\n2\n3", "Expected at least 40 numbers, in 2,000 characters at most, got 3: give more"),
        ("5\n" * 50, "The numbers must be not all the same, but got always 5"),
        ("1\n2\n" * 40 + "1e9", "The numbers must be within 1,000 deviations to the end"),
    ],
)
def test_numbers_that_are_no_series_are_one_sentence(written, message):
    view = visit("drift", series="own", numbers=written)
    assert view["failed"]
    assert view["message"].startswith(message)
    assert "numbers" in {c["key"] for c in view["controls"]}, "to mend them"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "query", [{}, {"cell": "lstm", "loss": "every", "gain": 1.5, "truncate": 1}, CHANGES[0]], ids=str
)
def test_the_snippets_run_and_make_the_same_figures(page, query, monkeypatch):
    shown = []
    monkeypatch.setattr(go.Figure, "show", lambda figure: shown.append(figure))
    for panel in good(visit(page, **query))["panels"]:
        names = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(panel["snippet"], names)
        picture = names["picture"]
        assert isinstance(picture, Picture)
        assert picture.title == panel["title"]
        assert len(shown[-1].data) == len(panel["figure"]["data"])


@pytest.mark.parametrize("forcing", ["free", "forced"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"number": "0", "target": 60, "beam": 8, "revealed": 1},
        {"number": "nine thousand nine hundred and ninety-nine", "projector": 1, "context": "4", "revealed": 1},
        {"number": "one " * 50, "context": "lstm", "target": 3},
        {"number": "42", "language": "fr", "beam": 3},
        {"reversed": 1, "snapshot": 1},
        {"context": "rnn", "snapshot": 7, "target": 1},
    ],
    ids=str,
)
def test_every_translation(forcing, query):
    view = good(visit("encoder-decoder", forcing=forcing, **query))
    keys = [c["key"] for c in view["controls"]]
    assert sum(not c.get("more") for c in view["controls"]) <= 5
    assert ("context" in keys) == ("reversed" not in query and "language" not in query)
    assert not {"text", "read_as", "encoding", "example", "file"} & set(keys)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("10000", "The number must be from 0 to 9999, but got 10000: write a smaller one."),
        ("fourty", "The number must be in digits or English words, up to 9999, but got “fourty”"),
        (" ", "The number must be in digits or English words, but got nothing"),
    ],
)
def test_what_is_no_number_is_one_sentence(number, message):
    view = visit("encoder-decoder", number=number)
    assert view["failed"]
    assert view["message"].startswith(message)
    assert "number" in [c["key"] for c in view["controls"]], "to mend it"


def test_the_view_moves_with_the_gain():
    titles = {visit("backpropagation", gain=gain)["title"] for gain in (0.5, 1, 2)}
    assert len(titles) == 3


def test_the_gates_of_a_cell_without_any_are_those_of_an_lstm():
    for cell, shown in (("rnn", "lstm"), ("jordan", "lstm"), ("gru", "gru")):
        view = good(visit("gates", cell=cell))
        (control,) = (c for c in view["controls"] if c["key"] == "cell")
        assert control["value"] == shown
        assert view["notice"].startswith("The chosen cell") == (cell != shown)


def test_the_gates_leave_the_chosen_cell_to_the_other_pages():
    state = State()
    visit("gates", state)
    assert state.settings.cell == "rnn"
