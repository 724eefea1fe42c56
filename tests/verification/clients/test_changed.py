"""Verification names every change in the report of a client."""

import json

import pytest

from .report_lookup import REDIRECTED, difference_places, get_case

AT, ABOVE, GZIP = "num.maximum/at", "num.maximum/above", "decoding.gzip/whole"


def _change_case(name, **changes):
    return lambda report: get_case(report, name).update(changes)


def _change_response(name, **changes):
    return lambda report: get_case(report, name)["exchanges"][0]["response"].update(changes)


def _replace(name, part, key, old, new, index=0):
    def change(report):
        message = get_case(report, name)["exchanges"][index][part]
        assert old in message[key]
        message[key] = message[key].replace(old, new)

    return change


def _change_answer(name, **changes):
    return lambda report: get_case(report, name)["answer"].update(changes)


def _change_score(report):
    get_case(report, AT)["answer"]["body"]["Auctions"][0]["Score"] += 1


def _remove_call(name, outcome):
    def change(report):
        case = get_case(report, name)
        case.update(outcome=outcome, reason="never mind", findings=[], exchanges=[], accepted=[])
        del case["call"], case["answer"]

    return change


def _change_host(report):
    request = get_case(report, REDIRECTED)["exchanges"][1]["request"]
    request["url"] = request["url"].replace(report["target"]["otherEndpoint"], report["target"]["endpoint"])


def _change_requirement(name, **changes):
    return lambda report: next(
        requirement for requirement in report["requirements"] if requirement["id"] == name
    ).update(changes)


def _repeat_exchange(report):
    exchanges = get_case(report, AT)["exchanges"]
    exchanges.append(json.loads(json.dumps(exchanges[0])))


def _keep_first_exchange(report):
    del get_case(report, AT)["exchanges"][1:]


def _reuse_headers(report):
    exchange = get_case(report, AT)["exchanges"][0]
    before = get_case(report, "num.maximum/inside")["exchanges"][0]
    exchange["request"]["headers"] = before["request"]["headers"]


#: The client, the change of its report, and the place of the expected difference.
CHANGES = {
    "finding": ("WithoutNum", _change_case(AT, findings=[]), f"case {AT}: finding num.optional (must, documented)"),
    "hidden finding": ("WithoutNum", _change_case(AT, findings=[], outcome="passed"), f"case {AT}: outcome"),
    "outcome": ("Plain", _change_case(AT, outcome="warned"), f"case {AT}: outcome"),
    "made-up outcome": ("Plain", _change_case(AT, outcome="errored", reason="who knows"), f"case {AT}: outcome"),
    "answer": ("Plain", _change_score, f"case {AT}: finding response.auctions.score.kept"),
    "answer's kind": ("Plain", _change_answer(AT, kind="unreadable"), f"case {AT}: outcome"),
    "answer's status": ("Plain", _change_answer(AT, status=201), f"case {AT}: finding outcome.success"),
    "message": ("Plain", _change_answer(ABOVE, message="else"), f"case {ABOVE}: outcome"),
    "response": (
        "Plain", _replace(AT, "response", "body", '"Success": true', '"Success": null'), f"case {AT}: response 0",
    ),
    "status": ("Plain", _change_response(AT, status=201), f"case {AT}: response 0"),
    "headers": ("Plain", _change_response(AT, headers=[]), f"case {AT}: response 0"),
    "parameter": ("Plain", _replace(AT, "request", "body", "Num=100", "Num=10"), f"case {AT}: finding num.maximum"),
    "host": ("Plain", _replace(AT, "request", "method", "POST", "GET"), f"case {AT}: finding operation.method"),
    "defects": (
        "Plain",
        lambda report: get_case(report, AT)["exchanges"][0].update(signatureDefects=["expired"]),
        f"case {AT}: finding authentication.skew",
    ),
    "nonce": ("Plain", _reuse_headers, f"case {AT}: finding authentication.replay"),
    "more exchanges": ("Plain", _repeat_exchange, f"case {AT}: finding request.once"),
    "fewer exchanges": ("SendingFiveTimes", _keep_first_exchange, f"case {AT}: outcome"),
    "no request": ("Plain", _change_case(AT, exchanges=[]), f"case {AT}: outcome"),
    "case": ("Plain", lambda report: report["cases"].remove(get_case(report, AT)), "cases"),
    "case not selected": ("Plain", lambda report: report["suite"].update(select=["num.maximum"]), f"case {GZIP}"),
    "selection": ("Plain", lambda report: report["suite"].update(select=["nothing"]), "suite"),
    "order": ("Plain", lambda report: report["cases"].reverse(), "cases"),
    "call": ("Plain", lambda report: get_case(report, AT)["call"].update(Num=1), f"case {AT}: call"),
    "type in a call": ("Plain", lambda report: get_case(report, AT)["call"].update(Num=100.0), f"case {AT}: call"),
    "title": ("Plain", _change_case(AT, title="harmless"), f"case {AT}: title"),
    "accepted answers": ("Plain", _change_case(AT, accepted=["anything"]), f"case {AT}: accepted"),
    "requirements of a case": ("Plain", _change_case(AT, requirements=["num.minimum"]), f"case {AT}: requirements"),
    "definition": (
        "Plain", lambda report: get_case(report, AT)["definition"].update(title="harmless"), f"case {AT}: definition",
    ),
    "skipped": ("WithoutNum", _remove_call(AT, "skipped"), f"case {AT}"),
    "inapplicable": ("WithoutNum", _remove_call(AT, "notApplicable"), f"case {AT}"),
    "compression": ("Plain", _remove_call(GZIP, "notApplicable"), f"case {GZIP}"),
    "other host": ("FollowingRedirects", _change_host, f"case {REDIRECTED}: response 1"),
    "other endpoint": (
        "Plain", lambda report: report["target"].update(otherEndpoint="http://localhost:1"), "case redirect",
    ),
    "target": ("Plain", lambda report: report["target"].update(qps=1), "target"),
    "survey": ("Plain", lambda report: report.update(survey={"images": []}), "survey"),
    "verdict": ("WithoutNum", lambda report: report.update(verdict="conformant"), "verdict"),
    "stop reason": ("Plain", lambda report: report.update(stopReason="it was interrupted"), "verdict"),
    "counts": ("Plain", lambda report: report["counts"].update(passed=7000), "counts"),
    "requirement": ("Plain", _change_requirement("num.maximum", outcome="warned"), "requirement num.maximum: outcome"),
    "exercised": ("Plain", _change_requirement("request.once", cases=[]), "requirements, cases of request.once"),
    "unselected": (
        "Plain", _change_requirement("num.maximum", outcome="skipped", reason="not selected"),
        "requirement num.maximum: reason",
    ),
}  # fmt: skip

#: Changes that run everywhere: of findings, an answer, exchanges, cases, the call, the target and the whole run.
CORE = (
    "finding", "outcome", "answer", "response", "parameter", "defects", "more exchanges", "no request", "case",
    "selection", "call", "title", "definition", "inapplicable", "other host", "target", "verdict", "counts",
    "exercised",
)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "where"),
    [pytest.param(*row, id=name, marks=() if name in CORE else pytest.mark.long) for name, row in CHANGES.items()],
)
def test_a_change_is_found(contract, get_client_report, name, change, where):
    report = get_client_report(name)
    change(report)
    places = difference_places(contract, report)
    assert any(place.startswith(where) for place in places), places


def test_a_case_after_the_end_of_the_run_is_found(contract, run_client):
    checks = iter(range(3))
    report = run_client(stopped=lambda: next(checks, None) is None, select=("num.maximum",))
    report["cases"][0], report["cases"][-1] = report["cases"][-1], report["cases"][0]
    assert "cases" in difference_places(contract, report)
