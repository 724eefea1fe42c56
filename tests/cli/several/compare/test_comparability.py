"""`compare`: slower targets, and runs that are only partly comparable."""

import pytest

from .comparisons import get_case, notes


def test_a_slower_target_is_noted_and_not_a_regression(compare, command, get_report, store_report):
    new = get_report("again")
    for case in new["cases"]:
        case["seconds"] = case["seconds"] * 3 + 1
    slow = store_report("slow", new)
    code, comparison = compare(store_report("old", get_report("clean")), slow)
    assert (code, comparison["latency"]["slower"]) == (0, True)
    assert comparison["latency"]["newSeconds"] > 1
    assert "slower: median exchange" in command("compare", store_report("old", get_report("clean")), slow).out


@pytest.mark.parametrize(("factor", "more"), [(1.0, 0.0), (100.0, 0.0), (1.0, 10.0), (0.01, 0.0)])
def test_slower_needs_both_a_factor_and_a_difference(compare, get_report, store_report, factor, more):
    old, new = get_report("clean"), get_report("clean")
    for before, after in zip(old["cases"], new["cases"], strict=True):
        before["seconds"] = 0.0001 * len(before["exchanges"]) if more == 0 else 100.0 * len(before["exchanges"])
        after["seconds"] = before["seconds"] * factor + more
    _, comparison = compare(store_report("old", old), store_report("new", new))
    assert comparison["latency"]["slower"] is False


def test_a_slow_case_is_listed_without_making_the_target_slow(compare, get_report, store_report, small_directory):
    new = get_report("clean")
    get_case(new, "num.maximum/above")["seconds"] = 30.0
    _, comparison = compare(small_directory("clean"), store_report("new", new))
    assert [case["id"] for case in comparison["latency"]["slowerCases"]] == ["num.maximum/above"]
    assert comparison["latency"]["slower"] is False


def test_differences_between_the_runs_are_noted(compare, get_report, store_report, small_directory):
    new = get_report("served")
    new["suite"] |= {"level": "should", "strict": True, "budget": 10, "examples": 5, "version": "9.9"}
    new["suite"]["specDigest"] = "sha256:" + "0" * 64
    new["target"]["endpoint"] = "http://elsewhere.example"
    new["target"]["capabilities"]["approximate"] = True
    new["startedAt"] = "2000-01-01T00:00:00Z"
    code, comparison = compare(small_directory("served"), store_report("new", new))
    assert code == 0
    assert set(notes(comparison)) == {
        "startedAt", "suite.specDigest", "suite.version", "suite.level", "suite.strict", "suite.budget",
        "suite.examples", "target.endpoint", "target.capabilities.approximate",
    }  # fmt: skip


def test_a_report_compared_with_itself_is_noted(compare, small_directory):
    code, comparison = compare(small_directory("clean"), small_directory("clean") / "report.json")
    assert code == 0
    assert "both reports are the same" in comparison["notes"][0]["effect"]
