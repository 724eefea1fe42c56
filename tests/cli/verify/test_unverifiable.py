"""`verify`: what cannot be judged again is listed, and hides no difference."""

from imagesearch_conformance.contract import shipped_spec

from .certified_runs import CASE, certify_changed_report, difference_lines, get_case


def test_another_version_of_the_suite_cannot_be_verified(command, clean):
    certify_changed_report(clean, lambda document: document["suite"].update(version="0.0.1"))
    (clean / "summary.md").write_text("in other words")
    result = command("verify", clean)
    assert result.code == 3
    assert "rendered by version 0.0.1" in result.out
    assert "built by another version, which may build other cases" in result.out


def test_another_version_hides_no_difference(command, faulty):
    def remove_case(document):
        document["suite"]["version"] = "0.0.1"
        document["cases"] = [case for case in document["cases"] if case["id"] != CASE]

    certify_changed_report(faulty, remove_case)
    assert command("verify", faulty).code != 0


def test_another_contract_can_be_given(command, copied, tmp_path):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 90')
    out, arguments = tmp_path / "out", ("--select", "num.maximum", "--spec", copied.root)
    command("run", "--reports", out, "--quiet", *arguments)
    result = command("verify", out)
    assert result.code == 3
    assert "give its directory with --spec" in result.out
    assert command("verify", out, "--spec", copied.root).code == 0
    assert command("verify", out, "--spec", shipped_spec()).code == 3


def test_an_unknown_revision(command, clean):
    certify_changed_report(clean, lambda document: document["suite"].update(document="1999-01"))
    result = command("verify", clean)
    assert result.code == 3
    assert "unknown revision '1999-01'" in result.out


def test_without_the_survey_a_missing_case_cannot_be_noticed(command, clean):
    certify_changed_report(clean, lambda document: document.update(survey=None))
    result = command("verify", clean)
    assert result.code == 3
    assert "a missing case cannot be noticed" in result.out


def test_a_truncated_response_cannot_be_judged_again(command, clean):
    def truncate(document):
        get_case(document)["exchanges"][0]["response"]["truncated"] = True

    certify_changed_report(clean, truncate)
    result = command("verify", clean)
    assert result.code == 3
    assert f"not judged again: case {CASE}: a stored response is truncated" in result.out


def test_a_redacted_secret_makes_a_difference_uncertain(command, clean):
    def redact(document):
        response = get_case(document)["exchanges"][0]["response"]
        response["body"] = response["body"].replace('"Code":"', '"Code":"REDACTED', 1)

    certify_changed_report(clean, redact)
    result = command("verify", clean)
    assert (result.code, difference_lines(result)) == (3, [])
    assert "its exchanges are redacted" in result.out
