"""`compare`: changes between two runs, through the command line."""

from .comparisons import get_case, get_requirement, ids, notes

#: The selection of the runs.
FEW = ("--select", "num.maximum", "--select", "num.minimum", "--select", "error.OverflowMax*")


def test_two_equal_runs_have_no_changes(compare, command, run_directory):
    code, document = compare(run_directory("clean"), run_directory("again"))
    assert (code, document["result"]) == (0, "noRegression")
    assert document["requirements"] == document["cases"] == document["notes"] == []
    assert document["counts"]["cases"]["unchanged"] > 10
    assert command("compare", run_directory("clean"), run_directory("again"), "--fail-on", "change").code == 0
    last = command("compare", run_directory("clean"), run_directory("again")).out.splitlines()[-1]
    assert last == "result: no regression; verdict conformant -> conformant"


def test_another_seed_is_noted(compare, small_directory):
    code, document = compare(small_directory("clean"), small_directory("seeded"))
    assert (code, document["requirements"], document["cases"]) == (0, [], [])
    assert notes(document) == {"suite.seed": (0, 7)}


def test_a_fault_is_a_regression(compare, run_directory):
    code, document = compare(run_directory("served"), run_directory("faulty"))
    assert (code, document["result"]) == (1, "regression")
    assert (document["old"]["verdict"], document["new"]["verdict"]) == ("conformant", "nonconformant")
    assert ids(document, "newFailure") == ["num.maximum", "num.maximum/above"]
    assert all(change["regression"] is (change["kind"] == "newFailure") for change in document["requirements"])
    case = get_case(document, "num.maximum/above")
    assert (case["old"], case["new"], case["newResponses"]) == ("passed", "failed", ["200"])
    assert case["oldResponses"] == ["400 OverflowMaxReturnNum"]
    assert "expected an error" in case["reason"]


def test_a_changed_code_is_listed_if_the_outcome_is_the_same(compare, small_directory):
    _, document = compare(small_directory("served"), small_directory("faulty"))
    case = get_case(document, "num.maximum/far-above")
    assert (case["kind"], case["old"], case["new"], case["regression"]) == ("changedCode", "passed", "passed", False)
    assert case["oldResponses"] != case["newResponses"]


def test_the_text_of_a_regression(command, run_directory):
    result = command("compare", run_directory("served"), run_directory("faulty"))
    assert (result.code, result.err) == (1, "")
    lines = result.out.splitlines()
    assert "New failures (1 requirement, 1 case)" in lines
    assert any(line.startswith("  num.maximum (must): passed -> failed; ") for line in lines)
    assert lines[-1].startswith("result: regression in 1 requirement and 1 case; verdict conformant -> nonconformant")


def test_a_fixed_failure_is_not_a_regression(compare, command, small_directory):
    code, document = compare(small_directory("faulty"), small_directory("served"))
    assert (code, document["result"]) == (0, "noRegression")
    assert ids(document, "fixed") == ["num.maximum", "num.maximum/above"]
    assert command("compare", small_directory("faulty"), small_directory("served"), "--fail-on", "change").code == 1


def test_fail_on_never_exits_with_zero(command, small_directory):
    assert command("compare", small_directory("served"), small_directory("faulty"), "--fail-on", "never").code == 0
    assert command("compare", small_directory("served"), small_directory("gone"), "--fail-on", "never").code == 0


def test_results_no_longer_selected_are_regressions_with_a_note(compare, run_directory):
    code, document = compare(run_directory("clean"), run_directory("narrow"))
    assert (code, document["result"]) == (1, "regression")
    assert notes(document)["suite.select"] == (list(FEW[1::2]), ["num.maximum"])
    not_judged = get_requirement(document, "num.minimum")
    assert (not_judged["kind"], not_judged["new"], not_judged["regression"], not_judged["reason"]) == (
        "notJudged",
        "skipped",
        True,
        "not selected",
    )
    missing = get_case(document, "num.minimum/below")
    assert (missing["kind"], missing["new"], missing["regression"], missing["reason"]) == (
        "missing",
        None,
        True,
        "not selected",
    )


def test_cases_selected_in_addition_are_new(compare, small_directory):
    code, document = compare(small_directory("narrow"), small_directory("clean"))
    assert code == 0
    assert "num.minimum/below" in ids(document, "new")
    assert get_requirement(document, "num.minimum")["kind"] == "changedOutcome"


def test_an_unreachable_target_is_inconclusive_either_way(compare, command, small_directory):
    for old, new in (
        (small_directory("served"), small_directory("gone")),
        (small_directory("gone"), small_directory("served")),
    ):
        code, document = compare(old, new)
        assert (code, document["result"]) == (3, "inconclusive")
        assert document["inconclusiveReason"]
        assert not any(change["regression"] for change in (*document["requirements"], *document["cases"]))
    result = command("compare", small_directory("served"), small_directory("gone"))
    assert "Connection refused" in result.out.splitlines()[-1]


def test_an_incomplete_run_shows_the_regressions_that_it_found(compare, small_directory):
    code, document = compare(small_directory("served"), small_directory("stopped"))
    assert (code, document["result"]) == (1, "regression")
    regressions = [case["id"] for case in document["cases"] if case["regression"]]
    assert regressions == ["num.maximum/above"]


def test_an_incomplete_run_without_regressions_is_inconclusive(compare, small_directory):
    code, document = compare(small_directory("faulty"), small_directory("stopped"))
    assert (code, document["result"]) == (3, "inconclusive")
    assert ids(document, "notJudged")
    assert "complete" in notes(document)


def test_a_complete_run_after_an_incomplete_one_is_conclusive(compare, small_directory):
    code, document = compare(small_directory("stopped"), small_directory("served"))
    assert (code, document["result"]) == (0, "noRegression")
    assert notes(document)["complete"] == (False, True)


def test_another_revision_is_noted(compare, small_directory):
    code, document = compare(small_directory("clean"), small_directory("later"))
    assert notes(document)["suite.document"] == ("2023-09", "2026-06")
    assert "suite.specDigest" in notes(document)
    assert code == int(any(change["regression"] for change in (*document["requirements"], *document["cases"])))
    assert "scorethreshold.pattern" in ids(document, "new")
    _, back = compare(small_directory("later"), small_directory("clean"))
    missing = get_requirement(back, "scorethreshold.pattern")
    assert (missing["kind"], missing["reason"]) == ("missing", "not in the contract of the new run")
    assert missing["regression"] is (missing["old"] in {"passed", "warned", "failed"})
