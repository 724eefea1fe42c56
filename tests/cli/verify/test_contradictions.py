"""`verify`: a changed report is contradicted by its own evidence, even if all digests fit."""

import pytest

from .certified_runs import CASE, REPLAY, certify_changed_report, change_requirement, difference_lines, get_case


def _change_body(document):
    response = get_case(document)["exchanges"][0]["response"]
    response["body"] = response["body"].replace('"Code":"', '"Code":"X', 1)
    assert "X" in response["body"]


def _change_outcome(document):
    get_case(document).update(outcome="errored", reason="who knows")
    document["counts"]["errored"] += 1
    document["counts"]["passed"] -= 1


def _change_case(**changes):
    return lambda document: get_case(document).update(changes)


def _change_definition(document):
    get_case(document)["definition"]["expectation"]["acceptances"][0]["code"] = "Whatever"


def _make_not_applicable(document):
    """Turn a failure into a case that does not apply."""
    get_case(document).update(outcome="notApplicable", reason="never mind", findings=[], exchanges=[])
    get_case(document)["definition"]["not_applicable_reason"] = "never mind"


def _remove_case(document):
    document["cases"].remove(get_case(document))


def _add_defect(document):
    get_case(document, REPLAY)["exchanges"][0]["signatureDefects"] = ["expired"]


def _replace_exchange(document):
    get_case(document)["exchanges"] = get_case(document, "num.maximum/at")["exchanges"]


def _remove_exchange(document):
    get_case(document, REPLAY)["exchanges"].pop()


#: The change, and a part of the expected difference.
CHANGES = {
    "body": (_change_body, f"case {CASE}: outcome: expected failed, got passed"),
    "outcome": (_change_outcome, f"case {CASE}: outcome: expected passed, got errored"),
    "verdict": (
        lambda document: document.update(verdict="inconclusive"),
        "verdict: expected conformant, got inconclusive",
    ),
    "complete": (lambda document: document.update(complete=False), "complete: expected True, got False"),
    "counts": (lambda document: document["counts"].update(passed=7000), "got {'passed': 7000"),
    "requirement": (
        change_requirement(outcome="warned"),
        "requirement num.maximum: outcome: expected passed, got warned",
    ),
    "unselected": (
        change_requirement(outcome="skipped", reason="not selected"),
        "requirement num.maximum: reason: expected None, got not selected",
    ),
    "statement": (change_requirement(statement="Else."), "got Else."),
    "cases": (
        change_requirement(cases=[]),
        "requirements, cases of num.maximum: expected the cases that exercised them, got other cases",
    ),
    "definition": (_change_definition, f"case {CASE}: accepted"),
    "widened": (
        _change_definition,
        f"case {CASE}: definition: expected the definition of the suite, got another definition",
    ),
    "inapplicable": (
        _make_not_applicable,
        f"case {CASE}: definition: expected the definition of the suite, got another definition",
    ),
    "left out": (_remove_case, f"cases: expected an entry for {CASE}, got none"),
    "title": (_change_case(title="harmless"), "got harmless"),
    "defects": (_add_defect, f"case {REPLAY}: outcome: expected errored, got passed"),
    "another request": (
        _replace_exchange,
        f"case {CASE}: expected exchanges of this case, got another request in exchange 0",
    ),
    "fewer exchanges": (_remove_exchange, "got 1 exchanges, which are not 1 attempts of the case"),
    "no exchange": (_change_case(exchanges=[]), f"case {CASE}: outcome: expected errored, got passed"),
    "attempts": (_change_case(attempts=10**15), "got 1 exchanges, which are not 1000000000000000 attempts"),
}

#: Changes that run everywhere: of a response, an outcome, the verdict, a requirement, a case and its exchanges.
CORE = (
    "body", "verdict", "counts", "unselected", "cases", "widened", "left out", "defects", "another request", "attempts",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [pytest.param(*row, id=name, marks=() if name in CORE else pytest.mark.long) for name, row in CHANGES.items()],
)
def test_a_claim_without_evidence_is_found(command, clean, change, expected):
    certify_changed_report(clean, change)
    result = command("verify", clean)
    assert (result.code, result.err) == (1, "")
    assert any(expected in line for line in difference_lines(result)), result.out
    assert all(line.startswith("report.json: ") for line in difference_lines(result))


def _hide_failure(document):
    """Turn a failure into a skipped case, everywhere in the report."""
    case = get_case(document)
    case.update(outcome="skipped", reason="not selected", findings=[], exchanges=[])
    document["counts"]["failed"] -= 1
    document["counts"]["skipped"] += 1
    change_requirement(outcome="passed")(document)
    document["verdict"] = "conformant"


def _change_requirement_of_finding(document):
    get_case(document)["findings"][0]["requirement"] = "num.minimum"


def _change_place_of_finding(document):
    get_case(document)["findings"][0]["where"] = "/Elsewhere"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_hide_failure, f"case {CASE}: outcome: expected errored, got skipped"),
        (
            _change_requirement_of_finding,
            "finding num.maximum (must, documented) at 'status' of exchange 0: expected a finding, got none",
        ),
        (
            _change_place_of_finding,
            "finding num.maximum (must, documented) at '/Elsewhere' of exchange 0: expected none, got a finding",
        ),
    ],
)
def test_a_failure_cannot_be_hidden(command, faulty, change, expected):
    certify_changed_report(faulty, change)
    result = command("verify", faulty)
    assert result.code == 1
    assert any(expected in line for line in difference_lines(result)), result.out


def test_a_removed_case_is_missed(command, clean):
    certificate = (clean / "certificate.json").read_bytes()
    certify_changed_report(clean, lambda document: document["cases"].pop())
    (clean / "certificate.json").write_bytes(certificate)
    result = command("verify", clean)
    assert result.code == 1
    assert {"certificate.json: cases.count", "certificate.json: cases.digest", "certificate.json: evidence.digest"} <= {
        line.partition(": expected")[0] for line in difference_lines(result)
    }


def test_another_start_time_is_found(command, clean):
    certify_changed_report(clean, lambda document: document.update(startedAt="2020-01-01T00:00:00Z"))
    result = command("verify", clean)
    assert result.code == 1
    assert any(line.startswith("report.json, startedAt") or "startedAt" in line for line in difference_lines(result))
