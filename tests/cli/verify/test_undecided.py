"""`verify`: what nobody can tell is said to be so, and hides nothing."""

from imagesearch_conformance.contract import shipped_spec

from .certified import CASE, case_of, certified_anew, differing


def test_another_version_of_the_suite_cannot_be_verified(command, clean):
    certified_anew(clean, lambda document: document["suite"].update(version="0.0.1"))
    (clean / "summary.md").write_text("in other words")
    said = command("verify", clean)
    assert said.code == 3
    assert "version 0.0.1 made them of report.json" in said.out
    assert "another version made them, and may make others" in said.out


def test_what_another_version_claims_hides_nothing(command, faulty):
    def thinned(document):
        document["suite"]["version"] = "0.0.1"
        document["cases"] = [one for one in document["cases"] if one["id"] != CASE]

    certified_anew(faulty, thinned)
    assert command("verify", faulty).code != 0


def test_another_contract_is_needed_and_can_be_given(command, copied, tmp_path):
    copied.edit("schemas/request.json", '"maximum": 100', '"maximum": 90')
    out, words = tmp_path / "out", ("--select", "num.maximum", "--spec", copied.root)
    command("run", "--reports", out, "--quiet", *words)
    said = command("verify", out)
    assert said.code == 3
    assert "give the directory with --spec" in said.out
    assert command("verify", out, "--spec", copied.root).code == 0
    assert command("verify", out, "--spec", shipped_spec()).code == 3


def test_a_revision_that_is_not_at_hand(command, clean):
    certified_anew(clean, lambda document: document["suite"].update(document="1999-01"))
    said = command("verify", clean)
    assert said.code == 3
    assert "unknown revision '1999-01'" in said.out


def test_without_its_survey_nobody_can_tell_whether_a_case_is_missing(command, clean):
    certified_anew(clean, lambda document: document.update(survey=None))
    said = command("verify", clean)
    assert said.code == 3
    assert "nobody can tell whether one is missing" in said.out


def test_a_reply_that_is_not_stored_whole_cannot_be_judged_again(command, clean):
    def cut(document):
        case_of(document)["exchanges"][0]["response"]["truncated"] = True

    certified_anew(clean, cut)
    said = command("verify", clean)
    assert said.code == 3
    assert f"not judged again: case {CASE}: a reply is longer than what is stored of one" in said.out


def test_a_secret_that_was_echoed_makes_a_difference_uncertain(command, clean):
    def redacted(document):
        response = case_of(document)["exchanges"][0]["response"]
        response["body"] = response["body"].replace('"Code":"', '"Code":"REDACTED', 1)

    certified_anew(clean, redacted)
    said = command("verify", clean)
    assert (said.code, differing(said)) == (3, [])
    assert "secrets were taken out of its exchanges" in said.out
