"""`compare`: what changed between two runs, through the door a user uses."""

from .comparisons import case_of, ids, notes, requirement_of

#: What the runs of these tests select.
FEW = ("--select", "num.maximum", "--select", "num.minimum", "--select", "error.OverflowMax*")


def test_nothing_changes_between_two_runs_of_the_same(compared, command, runs):
    code, document = compared(runs("clean"), runs("again"))
    assert (code, document["result"]) == (0, "noRegression")
    assert document["requirements"] == document["cases"] == document["notes"] == []
    assert document["counts"]["cases"]["unchanged"] > 10
    assert command("compare", runs("clean"), runs("again"), "--fail-on", "change").code == 0
    last = command("compare", runs("clean"), runs("again")).out.splitlines()[-1]
    assert last == "result: no regression; verdict conformant -> conformant"


def test_a_seed_changes_nothing_but_is_noted(compared, small):
    code, document = compared(small("clean"), small("seeded"))
    assert (code, document["requirements"], document["cases"]) == (0, [], [])
    assert notes(document) == {"suite.seed": (0, 7)}


def test_a_fault_is_a_regression(compared, runs):
    code, document = compared(runs("served"), runs("faulty"))
    assert (code, document["result"]) == (1, "regression")
    assert (document["old"]["verdict"], document["new"]["verdict"]) == ("conformant", "nonconformant")
    assert ids(document, "newFailure") == ["num.maximum", "num.maximum/above"]
    assert all(one["regression"] is (one["kind"] == "newFailure") for one in document["requirements"])
    case = case_of(document, "num.maximum/above")
    assert (case["old"], case["new"], case["newReplies"]) == ("passed", "failed", ["200"])
    assert case["oldReplies"] == ["400 OverflowMaxReturnNum"]
    assert "expected an error" in case["why"]


def test_a_changed_code_is_told_where_the_outcome_is_the_same(compared, small):
    _, document = compared(small("served"), small("faulty"))
    case = case_of(document, "num.maximum/far-above")
    assert (case["kind"], case["old"], case["new"], case["regression"]) == ("changedCode", "passed", "passed", False)
    assert case["oldReplies"] != case["newReplies"]


def test_what_a_person_reads_of_a_regression(command, runs):
    said = command("compare", runs("served"), runs("faulty"))
    assert (said.code, said.err) == (1, "")
    lines = said.out.splitlines()
    assert "New failures (1 requirement, 1 case)" in lines
    assert any(line.startswith("  num.maximum (must): passed -> failed; ") for line in lines)
    assert lines[-1].startswith("result: regression in 1 requirement and 1 case; verdict conformant -> nonconformant")


def test_what_was_fixed_is_no_regression(compared, command, small):
    code, document = compared(small("faulty"), small("served"))
    assert (code, document["result"]) == (0, "noRegression")
    assert ids(document, "fixed") == ["num.maximum", "num.maximum/above"]
    assert command("compare", small("faulty"), small("served"), "--fail-on", "change").code == 1


def test_no_gate_is_no_gate(command, small):
    assert command("compare", small("served"), small("faulty"), "--fail-on", "never").code == 0
    assert command("compare", small("served"), small("gone"), "--fail-on", "never").code == 0


def test_what_was_not_selected_any_more_is_lost_and_the_note_says_why(compared, runs):
    code, document = compared(runs("clean"), runs("narrow"))
    assert (code, document["result"]) == (1, "regression")
    assert notes(document)["suite.select"] == (list(FEW[1::2]), ["num.maximum"])
    lost = requirement_of(document, "num.minimum")
    assert (lost["kind"], lost["new"], lost["regression"], lost["why"]) == ("lost", "skipped", True, "not selected")
    gone = case_of(document, "num.minimum/below")
    assert (gone["kind"], gone["new"], gone["regression"], gone["why"]) == ("vanished", None, True, "not selected")


def test_what_was_selected_in_addition_is_new(compared, small):
    code, document = compared(small("narrow"), small("clean"))
    assert code == 0
    assert "num.minimum/below" in ids(document, "new")
    assert requirement_of(document, "num.minimum")["kind"] == "changedOutcome"


def test_a_target_that_is_gone_is_inconclusive_either_way(compared, command, small):
    for old, new in ((small("served"), small("gone")), (small("gone"), small("served"))):
        code, document = compared(old, new)
        assert (code, document["result"]) == (3, "inconclusive")
        assert document["obstacle"]
        assert not any(one["regression"] for one in (*document["requirements"], *document["cases"]))
    said = command("compare", small("served"), small("gone"))
    assert "Connection refused" in said.out.splitlines()[-1]


def test_a_run_that_stopped_shows_the_regressions_that_it_found(compared, small):
    code, document = compared(small("served"), small("stopped"))
    assert (code, document["result"]) == (1, "regression")
    regressions = [one["id"] for one in document["cases"] if one["regression"]]
    assert regressions == ["num.maximum/above"]


def test_a_run_that_stopped_says_nothing_of_the_rest(compared, small):
    code, document = compared(small("faulty"), small("stopped"))
    assert (code, document["result"]) == (3, "inconclusive")
    assert ids(document, "lost")
    assert "complete" in notes(document)


def test_a_whole_run_after_one_that_stopped_tells(compared, small):
    code, document = compared(small("stopped"), small("served"))
    assert (code, document["result"]) == (0, "noRegression")
    assert notes(document)["complete"] == (False, True)


def test_another_revision_is_noted_with_what_it_does(compared, small):
    code, document = compared(small("clean"), small("later"))
    assert notes(document)["suite.document"] == ("2023-09", "2026-06")
    assert "suite.specDigest" in notes(document)
    assert code == int(any(one["regression"] for one in (*document["requirements"], *document["cases"])))
    assert "scorethreshold.pattern" in ids(document, "new")
    _, back = compared(small("later"), small("clean"))
    gone = requirement_of(back, "scorethreshold.pattern")
    assert (gone["kind"], gone["why"]) == ("vanished", "the contract of the new run does not have it")
    assert gone["regression"] is (gone["old"] in {"passed", "warned", "failed"})
