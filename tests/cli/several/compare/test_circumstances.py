"""`compare`: slower targets, and runs that are not comparable in everything."""

import pytest

from .comparisons import case_of, notes


def test_a_slower_target_is_told_and_is_no_regression(compared, command, report, stored):
    new = report("again")
    for case in new["cases"]:
        case["seconds"] = case["seconds"] * 3 + 1
    slow = stored("slow", new)
    code, found = compared(stored("old", report("clean")), slow)
    assert (code, found["pace"]["slower"]) == (0, True)
    assert found["pace"]["newSeconds"] > 1
    assert "slower: median exchange" in command("compare", stored("old", report("clean")), slow).out


@pytest.mark.parametrize(("factor", "more"), [(1.0, 0.0), (100.0, 0.0), (1.0, 10.0), (0.01, 0.0)])
def test_slower_takes_a_factor_and_a_difference(compared, report, stored, factor, more):
    old, new = report("clean"), report("clean")
    for before, after in zip(old["cases"], new["cases"], strict=True):
        before["seconds"] = 0.0001 * len(before["exchanges"]) if more == 0 else 100.0 * len(before["exchanges"])
        after["seconds"] = before["seconds"] * factor + more
    _, found = compared(stored("old", old), stored("new", new))
    assert found["pace"]["slower"] is False


def test_one_slow_case_is_named_and_does_not_make_the_target_slow(compared, report, stored, small):
    new = report("clean")
    case_of(new, "num.maximum/above")["seconds"] = 30.0
    _, found = compared(small("clean"), stored("new", new))
    assert [one["id"] for one in found["pace"]["slowerCases"]] == ["num.maximum/above"]
    assert found["pace"]["slower"] is False


def test_what_is_not_comparable_is_noted(compared, report, stored, small):
    new = report("served")
    new["suite"] |= {"level": "should", "strict": True, "budget": 10, "examples": 5, "version": "9.9"}
    new["suite"]["specDigest"] = "sha256:" + "0" * 64
    new["target"]["endpoint"] = "http://elsewhere.example"
    new["target"]["capabilities"]["approximate"] = True
    new["startedAt"] = "2000-01-01T00:00:00Z"
    code, found = compared(small("served"), stored("new", new))
    assert code == 0
    assert set(notes(found)) == {
        "startedAt", "suite.specDigest", "suite.version", "suite.level", "suite.strict", "suite.budget",
        "suite.examples", "target.endpoint", "target.capabilities.approximate",
    }  # fmt: skip


def test_a_report_beside_itself_is_noted(compared, small):
    code, found = compared(small("clean"), small("clean") / "report.json")
    assert code == 0
    assert "nothing to be compared" in found["notes"][0]["effect"]
