"""How many networks the battery has: README says the number."""

from __future__ import annotations

from battery import CELLS, cases
from serving import ROOT


def test_the_whole_product() -> None:
    whole = cases(whole=True)
    assert len(set(whole)) == len(whole)
    assert f"every gradient of {len(whole)} networks" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_plain_run_takes_few_of_them() -> None:
    few = cases()
    assert set(few) < set(cases(whole=True))
    assert len(few) < 5 * len(CELLS)


def test_of_some_cells_all_else_is_there_too() -> None:
    for whole in (False, True):
        some = cases(("gru", "lstm"), learned=False, whole=whole)
        assert {case.cell for case in some} == {"gru", "lstm"}
        assert {case.layers for case in some} == {1, 2, 3}
        assert not any(case.learned for case in some)
