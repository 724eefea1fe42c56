"""What somebody changed in a report of a client is named."""

import json

import pytest

from .read_back import REDIRECTED, case_of, differing

AT, ABOVE, GZIP = "num.maximum/at", "num.maximum/above", "decoding.gzip/whole"


def _case(name, **changes):
    return lambda report: case_of(report, name).update(changes)


def _exchange(name, index=0):
    return lambda report: case_of(report, name)["exchanges"][index]


def _replaced(name, part, key, old, new, index=0):
    def change(report):
        found = case_of(report, name)["exchanges"][index][part]
        assert old in found[key]
        found[key] = found[key].replace(old, new)

    return change


def _answer(name, **changes):
    return lambda report: case_of(report, name)["answer"].update(changes)


def _auction(report):
    case_of(report, AT)["answer"]["body"]["Auctions"][0]["Score"] += 1


def _unplayed(name, outcome):
    def change(report):
        case = case_of(report, name)
        case.update(outcome=outcome, reason="never mind", findings=[], exchanges=[], accepted=[])
        del case["call"], case["answer"]

    return change


def _other_host(report):
    request = case_of(report, REDIRECTED)["exchanges"][1]["request"]
    request["url"] = request["url"].replace(report["target"]["elsewhere"], report["target"]["endpoint"])


def _requirement(name, **changes):
    return lambda report: next(one for one in report["requirements"] if one["id"] == name).update(changes)


def _twice(report):
    exchanges = case_of(report, AT)["exchanges"]
    exchanges.append(json.loads(json.dumps(exchanges[0])))


def _once(report):
    del case_of(report, AT)["exchanges"][1:]


def _nonce(report):
    exchange = case_of(report, AT)["exchanges"][0]
    before = case_of(report, "num.maximum/inside")["exchanges"][0]
    exchange["request"]["headers"] = before["request"]["headers"]


#: The client, what is changed in its report, and where something has to be found.
CHANGES = {
    "finding": ("Dropping", _case(AT, findings=[]), f"case {AT}: finding num.optional (must, documented)"),
    "hidden finding": ("Dropping", _case(AT, findings=[], outcome="passed"), f"case {AT}: outcome"),
    "outcome": ("Plain", _case(AT, outcome="warned"), f"case {AT}: outcome"),
    "made-up outcome": ("Plain", _case(AT, outcome="errored", reason="who knows"), f"case {AT}: outcome"),
    "answer": ("Plain", _auction, f"case {AT}: finding response.auctions.score.kept"),
    "answer's kind": ("Plain", _answer(AT, kind="unreadable"), f"case {AT}: outcome"),
    "answer's status": ("Plain", _answer(AT, status=201), f"case {AT}: finding outcome.success"),
    "message": ("Plain", _answer(ABOVE, message="else"), f"case {ABOVE}: outcome"),
    "reply": ("Plain", _replaced(AT, "response", "body", '"Success": true', '"Success": null'), f"case {AT}: reply 0"),
    "status": ("Plain", lambda report: _exchange(AT)(report)["response"].update(status=201), f"case {AT}: reply 0"),
    "headers": ("Plain", lambda report: _exchange(AT)(report)["response"].update(headers=[]), f"case {AT}: reply 0"),
    "parameter": ("Plain", _replaced(AT, "request", "body", "Num=100", "Num=10"), f"case {AT}: finding num.maximum"),
    "host": ("Plain", _replaced(AT, "request", "method", "POST", "GET"), f"case {AT}: finding operation.method"),
    "defects": (
        "Plain",
        lambda report: _exchange(AT)(report).update(signatureDefects=["expired"]),
        f"case {AT}: finding authentication.skew",
    ),
    "nonce": ("Plain", _nonce, f"case {AT}: finding authentication.replay"),
    "more tries": ("Plain", _twice, f"case {AT}: finding request.once"),
    "fewer tries": ("Trying", _once, f"case {AT}: outcome"),
    "no request": ("Plain", _case(AT, exchanges=[]), f"case {AT}: outcome"),
    "case": ("Plain", lambda report: report["cases"].remove(case_of(report, AT)), "cases"),
    "case not selected": ("Plain", lambda report: report["suite"].update(select=["num.maximum"]), f"case {GZIP}"),
    "selection": ("Plain", lambda report: report["suite"].update(select=["nothing"]), "suite"),
    "order": ("Plain", lambda report: report["cases"].reverse(), "cases"),
    "call": ("Plain", lambda report: case_of(report, AT)["call"].update(Num=1), f"case {AT}: call"),
    "type in a call": ("Plain", lambda report: case_of(report, AT)["call"].update(Num=100.0), f"case {AT}: call"),
    "title": ("Plain", _case(AT, title="harmless"), f"case {AT}: title"),
    "hopes": ("Plain", _case(AT, accepted=["anything"]), f"case {AT}: accepted"),
    "purpose": ("Plain", _case(AT, requirements=["num.minimum"]), f"case {AT}: requirements"),
    "definition": (
        "Plain", lambda report: case_of(report, AT)["definition"].update(title="harmless"), f"case {AT}: definition",
    ),
    "skipped": ("Dropping", _unplayed(AT, "skipped"), f"case {AT}"),
    "inapplicable": ("Dropping", _unplayed(AT, "notApplicable"), f"case {AT}"),
    "compression": ("Plain", _unplayed(GZIP, "notApplicable"), f"case {GZIP}"),
    "other host": ("Following", _other_host, f"case {REDIRECTED}: reply 1"),
    "addresses": ("Plain", lambda report: report["target"].update(elsewhere="http://localhost:1"), "case redirect"),
    "target": ("Plain", lambda report: report["target"].update(qps=1), "target"),
    "further": ("Plain", lambda report: report.update(survey={"images": []}), "survey"),
    "verdict": ("Dropping", lambda report: report.update(verdict="conformant"), "verdict"),
    "trouble": ("Plain", lambda report: report.update(trouble="it was interrupted"), "verdict"),
    "counts": ("Plain", lambda report: report["counts"].update(passed=7000), "counts"),
    "requirement": ("Plain", _requirement("num.maximum", outcome="warned"), "requirement num.maximum: outcome"),
    "exercised": ("Plain", _requirement("request.once", cases=[]), "requirements, the cases of request.once"),
    "unselected": (
        "Plain", _requirement("num.maximum", outcome="skipped", reason="not selected"),
        "requirement num.maximum: reason",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [  # every second one in every run, the others where there is more time
        pytest.param(*row, id=name, marks=pytest.mark.long if at % 2 else ())
        for at, (name, row) in enumerate(CHANGES.items())
    ],
)
def test_a_change_is_found_and_named(contract, reports, name, change, where):
    report = reports(name)
    change(report)
    found = differing(contract, report)
    assert any(one.startswith(where) for one in found), found


def test_a_run_that_had_ended_goes_on_in_no_case(contract, gated):
    looks = iter(range(3))
    report = gated(stopped=lambda: next(looks, None) is None, select=("num.maximum",))
    report["cases"][0], report["cases"][-1] = report["cases"][-1], report["cases"][0]
    assert "cases" in differing(contract, report)
