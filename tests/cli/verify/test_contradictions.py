"""`verify`: a report changed with care, every digest made to fit, is contradicted by its own evidence."""

import pytest

from .certified import CASE, REPLAY, case_of, certified_anew, differing, requirement


def _text(document):
    response = case_of(document)["exchanges"][0]["response"]
    response["body"] = response["body"].replace('"Code":"', '"Code":"X', 1)
    assert "X" in response["body"]


def _outcome(document):
    case_of(document).update(outcome="errored", reason="who knows")
    document["counts"]["errored"] += 1
    document["counts"]["passed"] -= 1


def _of_case(**changes):
    return lambda document: case_of(document).update(changes)


def _definition(document):
    case_of(document)["definition"]["expectation"]["acceptances"][0]["code"] = "Whatever"


def _inapplicable(document):
    """A failure that nobody asked about."""
    case_of(document).update(outcome="notApplicable", reason="never mind", findings=[], exchanges=[])
    case_of(document)["definition"]["inapplicable"] = "never mind"


def _gone(document):
    document["cases"].remove(case_of(document))


def _defects(document):
    case_of(document, REPLAY)["exchanges"][0]["signatureDefects"] = ["expired"]


def _another_request(document):
    case_of(document)["exchanges"] = case_of(document, "num.maximum/at")["exchanges"]


def _fewer(document):
    case_of(document, REPLAY)["exchanges"].pop()


#: What is changed, and a part of what has to be said about it.
CHANGES = {
    "body": (_text, f"case {CASE}: outcome: it says passed, and has to say failed"),
    "outcome": (_outcome, f"case {CASE}: outcome: it says errored, and has to say passed"),
    "verdict": (lambda document: document.update(verdict="inconclusive"), "verdict: it says inconclusive"),
    "complete": (lambda document: document.update(complete=False), "complete: it says False"),
    "counts": (lambda document: document["counts"].update(passed=7000), "counts: it says {'passed': 7000"),
    "requirement": (requirement(outcome="warned"), "requirement num.maximum: outcome: it says warned"),
    "unselected": (
        requirement(outcome="skipped", reason="not selected"),
        "requirement num.maximum: reason: it says not selected",
    ),
    "statement": (requirement(statement="Else."), "requirement num.maximum: statement: it says Else."),
    "cases": (requirement(cases=[]), "requirements, the cases of num.maximum: it says others"),
    "definition": (_definition, f"case {CASE}: accepted"),
    "widened": (_definition, f"case {CASE}: definition: it says something else"),
    "inapplicable": (_inapplicable, f"case {CASE}: definition: it says something else"),
    "left out": (_gone, f"cases: it says nothing of {CASE}"),
    "title": (_of_case(title="harmless"), f"case {CASE}: title: it says harmless"),
    "defects": (_defects, f"case {REPLAY}: outcome: it says passed, and has to say errored"),
    "another request": (_another_request, f"case {CASE}: it says the request 0 is not what the case asks"),
    "fewer exchanges": (_fewer, f"case {REPLAY}: it says 1 exchanges are not 1 rounds of what the case asks"),
    "no exchange": (_of_case(exchanges=[]), f"case {CASE}: outcome: it says passed, and has to say errored"),
    "rounds": (_of_case(rounds=10**15), f"case {CASE}: it says 1 exchanges are not 1000000000000000 rounds"),
}


@pytest.mark.parametrize(
    ("change", "found"),
    [  # every second one in every run, the others where there is more time
        pytest.param(*row, id=name, marks=pytest.mark.long if at % 2 else ())
        for at, (name, row) in enumerate(CHANGES.items())
    ],
)
def test_what_the_evidence_does_not_say_is_found_by_judging(command, clean, change, found):
    certified_anew(clean, change)
    said = command("verify", clean)
    assert (said.code, said.err) == (1, "")
    assert any(found in line for line in differing(said)), said.out
    assert all(line.startswith("report.json: ") for line in differing(said))


def _hidden(document):
    """A failure made a case that was never reached, in every place that says so."""
    case = case_of(document)
    case.update(outcome="skipped", reason="not selected", findings=[], exchanges=[])
    document["counts"]["failed"] -= 1
    document["counts"]["skipped"] += 1
    requirement(outcome="passed")(document)
    document["verdict"] = "conformant"


def _another(document):
    case_of(document)["findings"][0]["requirement"] = "num.minimum"


def _mistaken(document):
    case_of(document)["findings"][0]["where"] = "/Elsewhere"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_hidden, f"case {CASE}: outcome: it says skipped, and has to say errored"),
        (_another, "finding num.maximum (must, documented) at 'status' of exchange 0: it says nothing of it"),
        (_mistaken, "finding num.maximum (must, documented) at '/Elsewhere' of exchange 0: it says that it was found"),
    ],
)
def test_a_failure_cannot_be_hidden(command, faulty, change, found):
    certified_anew(faulty, change)
    said = command("verify", faulty)
    assert said.code == 1
    assert any(found in line for line in differing(said)), said.out


def test_a_case_left_out_is_missed(command, clean):
    certificate = (clean / "certificate.json").read_bytes()
    certified_anew(clean, lambda document: document["cases"].pop())
    (clean / "certificate.json").write_bytes(certificate)
    said = command("verify", clean)
    assert said.code == 1
    assert {"certificate.json: cases.count", "certificate.json: cases.digest", "certificate.json: evidence.digest"} <= {
        line.partition(": it says")[0] for line in differing(said)
    }


def test_a_run_of_another_time_is_found(command, clean):
    certified_anew(clean, lambda document: document.update(startedAt="2020-01-01T00:00:00Z"))
    said = command("verify", clean)
    assert said.code == 1
    assert any(line.startswith("report.json, startedAt") or "startedAt" in line for line in differing(said))
