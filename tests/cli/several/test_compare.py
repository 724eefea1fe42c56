"""`compare`: what changed between two runs, through the door a user uses."""

import json

import pytest
from jsonschema import Draft202012Validator

from imagesearch_conformance.cases.generated import REPORTED_ELSEWHERE
from imagesearch_conformance.reports.comparison_formats import FORMATS

#: A comment on a merge request holds no more.
MOST = 65_536

#: What the runs of these tests select.
FEW = ("--select", "num.maximum", "--select", "num.minimum", "--select", "error.OverflowMax*")

KINDS = ("newFailure", "lost", "vanished", "fixed", "changedOutcome", "changedCode", "new")


@pytest.fixture
def compared(command, contract):
    """The exit code of a comparison, and its document."""

    def made(old, new, *words):
        said = command("compare", old, new, "--format", "json", *words)
        assert said.err == ""
        assert said.out.isascii()
        document = json.loads(said.out)
        Draft202012Validator(contract.documents.document("schemas/comparison.json")).validate(document)
        return said.code, document

    return made


def ids(document, kind, among=("requirements", "cases")):
    return [one["id"] for name in among for one in document[name] if one["kind"] == kind]


def notes(document):
    return {one["about"]: (one["old"], one["new"]) for one in document["notes"]}


def case_of(document, name):
    return next(one for one in document["cases"] if one["id"] == name)


def requirement_of(document, name):
    return next(one for one in document["requirements"] if one["id"] == name)


def without(document, *names):
    """The report without these cases and requirements."""
    for part in ("cases", "requirements"):
        document[part] = [one for one in document[part] if one["id"] not in names]
    return document


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
    assert "has to be refused" in case["why"]


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


@pytest.mark.parametrize("outcome", ["skipped", "errored", "notApplicable"])
def test_what_is_not_judged_any_more_is_lost(compared, report, stored, small, outcome):
    document = report("again")
    for one in (case_of(document, "num.maximum/above"), requirement_of(document, "num.maximum")):
        one |= {"outcome": outcome, "reason": "for a reason"}
    code, found = compared(small("clean"), stored("new", document))
    assert code == 1
    assert ids(found, "lost") == ["num.maximum", "num.maximum/above"]
    assert {one["why"] for one in found["cases"]} == {"for a reason"}


@pytest.mark.parametrize("run", ["clean", "faulty"])
def test_a_case_that_vanished_is_no_pass_whatever_it_was(compared, report, stored, run):
    fewer = without(report(run), "num.maximum/above", "num.maximum")
    code, found = compared(stored("old", report(run)), stored("new", fewer))
    assert code == 1
    assert ids(found, "vanished") == ["num.maximum", "num.maximum/above"]


def test_what_never_was_judged_is_not_lost(compared, report, stored):
    old = report("clean")
    case_of(old, "num.maximum/above").update(outcome="skipped", reason="for a reason")
    code, found = compared(stored("old", old), stored("new", without(report("again"), "num.maximum/above")))
    assert code == 0
    assert [one["regression"] for one in found["cases"]] == [False]


def test_a_new_case_that_fails_is_a_new_failure(compared, report, stored, small):
    code, found = compared(stored("old", without(report("served"), "num.maximum/above")), small("faulty"))
    assert code == 1
    assert (case_of(found, "num.maximum/above")["old"], "num.maximum/above" in ids(found, "newFailure")) == (None, True)


def test_a_warning_is_a_change_and_neither_a_regression_nor_a_repair(compared, report, stored, small):
    document = report("again")
    case_of(document, "num.maximum/above")["outcome"] = "warned"
    code, found = compared(small("clean"), stored("warned", document))
    assert (code, ids(found, "changedOutcome")) == (0, ["num.maximum/above"])
    case_of(document, "num.maximum/above")["outcome"] = "failed"
    _, found = compared(stored("failed", document), stored("warned", report("again") | {"cases": document["cases"]}))
    assert ids(found, "fixed") == []


def example(report, name, *, departed="num.maximum", source="generated.invalid"):
    """A generated example that fails, made of a case that does."""
    failing = case_of(report, "num.maximum/above")
    findings = [{**one, "requirement": departed} for one in failing["findings"]]
    return {**failing, "id": f"{source}/generated-{name}", "requirements": [source], "findings": findings}


def test_generated_examples_are_recognised_by_what_they_show(compared, report, stored):
    old, new = report("faulty"), report("faulty")
    new["suite"]["seed"] = 3
    old["cases"] += [example(old, "aaaaaaaa"), example(old, "bbbbbbbb", departed="num.minimum")]
    new["cases"] += [example(new, "cccccccc"), example(new, "dddddddd", departed="start.minimum")]
    code, found = compared(stored("old", old), stored("new", new))
    assert code == 1
    assert ids(found, "newFailure") == ["generated.invalid/generated-dddddddd"]
    assert ids(found, "vanished") == ["generated.invalid/generated-bbbbbbbb"]
    assert case_of(found, "generated.invalid/generated-bbbbbbbb")["regression"] is False
    assert "generated.invalid/generated-cccccccc" not in {one["id"] for one in found["cases"]}
    assert notes(found)["suite.seed"] == (0, 3)


def test_a_generated_example_that_is_not_found_again_is_no_loss(compared, report, stored, small):
    old = report("served")
    old["cases"].append(example(report("faulty"), "aaaaaaaa"))
    code, found = compared(stored("old", old), small("served"))
    assert (code, found["result"]) == (0, "noRegression")
    assert ids(found, "vanished") == ["generated.invalid/generated-aaaaaaaa"]


def chances(document, outcome, reason=None):
    """A requirement that generated requests alone exercise, and the case that sums them up."""
    requirement = requirement_of(document, "num.minimum")
    summary = "generated.valid/examples"
    requirement |= {"cases": [summary], "outcome": outcome, "reason": reason}
    document["cases"].append({**case_of(document, "num.minimum/below"), "id": summary, "requirements": ["num.minimum"]})
    return document


def test_what_generated_requests_alone_show_is_a_matter_of_chance(compared, report, stored):
    old = stored("old", chances(report("served"), "passed"))
    new = chances(report("served"), "notApplicable", "no reply showed it")
    code, found = compared(old, stored("new", new))
    assert (code, ids(found, "lost"), found["requirements"][0]["regression"]) == (0, ["num.minimum"], False)
    case_of(new, "generated.valid/examples").update(outcome="notApplicable", reason="no examples (--examples 0)")
    code, found = compared(old, stored("without", new))
    assert (code, ids(found, "lost")) == (1, ["num.minimum", "generated.valid/examples"])


def test_what_examples_depart_from_is_told_where_it_is_reported(compared, report, stored):
    new = chances(report("served"), "passed")
    case_of(new, "generated.valid/examples").update(
        outcome="notApplicable", reason=f"{REPORTED_ELSEWHERE}: num.maximum"
    )
    code, found = compared(stored("old", chances(report("served"), "passed")), stored("new", new))
    assert (code, ids(found, "lost")) == (0, ["generated.valid/examples"])


def test_reports_of_nothing_but_what_they_must_say_will_do(compared, bare, stored, small):
    code, found = compared(stored("old", bare("served")), stored("new", bare("faulty")))
    assert (code, ids(found, "newFailure")) == (1, ["num.maximum", "num.maximum/above"])
    assert compared(small("served"), stored("new", bare("again")))[0] == 0


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


@pytest.mark.parametrize("output", FORMATS)
def test_a_file_is_written_and_the_result_printed(command, small, tmp_path, output):
    path = tmp_path / "deep" / "comparison"
    said = command("compare", small("served"), small("faulty"), "--format", output, "--output", path)
    assert said.code == 1
    assert said.out.splitlines() == ["regression in 1 requirement and 1 case; verdict conformant -> nonconformant"]
    assert (
        path.read_text(encoding="utf-8") == command("compare", small("served"), small("faulty"), "--format", output).out
    )


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"schemaVersion": 1}', "\ud800"])
@pytest.mark.parametrize("turned", [False, True])
def test_what_is_no_report_is_bad_input(command, small, tmp_path, text, turned):
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
    pair = [small("clean"), path]
    said = command("compare", *(reversed(pair) if turned else pair))
    assert (said.code, said.out) == (2, "")
    assert "report.json" in said.err


def test_a_directory_without_a_report_is_bad_input(command, small, tmp_path):
    said = command("compare", tmp_path, small("clean"))
    assert (said.code, said.out) == (2, "")
    assert "the report cannot be read" in said.err


def test_a_place_that_cannot_be_written_is_bad_input(command, small, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file" / "deeper"):
        said = command("compare", small("clean"), small("again"), "--output", place)
        assert said.code == 2
        assert "cannot be written" in said.err


def pages(command, old, new):
    """The comparison in every format."""
    return {name: command("compare", old, new, "--format", name).out for name in FORMATS}


@pytest.mark.parametrize("turned", [False, True])
def test_hostile_reports_stay_text(command, compared, hostile, stored, small, turned):
    pair = [small("served"), stored("hostile", hostile())]
    old, new = reversed(pair) if turned else pair
    made = pages(command, old, new)
    for name in ("text", "markdown"):
        assert all(line.isprintable() for line in made[name].split("\n")), name
        assert not [line for line in made[name].splitlines()[:-1] if line.startswith("result:")]
    assert "<script>" in made["text"]
    outside = "".join(made["markdown"].replace("\\`", "").split("`")[::2]).replace("\\<", "").replace("\\[", "")
    assert "<script>" in made["markdown"]
    assert "<" not in outside
    assert "](" not in outside
    assert all(line.replace("\\`", "").count("`") % 2 == 0 for line in made["markdown"].splitlines())
    compared(old, new)


def test_pages_are_bounded_whatever_reports_say(command, hostile, stored, small):
    document = hostile("<`|" * 1000)
    document["trouble"] = "<`|" * 40_000
    case = case_of(document, "num.maximum/above")
    case["exchanges"] = case["exchanges"][:1]
    document["cases"] += [
        {**case, "id": f"num.maximum/{'x' * 200}{index}", "reason": None, "findings": [
            {**case["findings"][0], "message": f"{index} <`|" * 100}
        ]}
        for index in range(200)
    ]  # fmt: skip
    made = pages(command, small("served"), stored("huge", document))
    assert len(made["markdown"]) < MOST
    assert len(made["text"]) < 4 * MOST
    assert made["markdown"].startswith("# \u274c SearchImageByName: regression")


def test_a_markdown_page_has_its_parts(command, small):
    text = command("compare", small("clean"), small("narrow"), "--format", "markdown").out
    assert "## Not comparable in everything" in text
    assert '-> `["num.maximum"]`: what the new run left out vanished' in text
    table = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in table} == {4}
    assert len(table) == len(KINDS) + 3
