"""Verification of an unchanged report finds no difference, whatever the faults, signatures and options."""

import json

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import contract_faults
from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.verification.verify import verify_evidence

#: Faults of every kind, each with a requirement to select.
FAULTS = {
    "body-invalid-utf8": "num.maximum",
    "cache-ignores-start": "paging.concatenation",
    "filter-or-as-and": "filter.or",
    "names-mojibake": "wire.nonascii",
    "num-above-maximum-accepted": "num.maximum",
    "pages-overlap": "paging.concatenation",
    "ranking-unstable": "response.repeatable",
    "replay-accepted": "authentication.*",
    "requestid-repeated": "num.maximum",
    "throttling-absent": "throttling.*",
    "throttling-early": "num.*",
}

#: Faults that run everywhere: an unreadable body, an order of filters, pages, a signature, a rate, ids of a whole run.
CORE_FAULTS = (
    "body-invalid-utf8", "filter-or-as-and", "pages-overlap", "replay-accepted", "requestid-repeated",
    "throttling-early",
)  # fmt: skip

V2 = {"signature": SignatureScheme.V2}

#: Kinds of signatures.
SIGNATURES = {
    "signature V2": V2,
    "temporary key": {"credentials": TEMPORARY_CREDENTIALS},
    "temporary key, V2": {**V2, "credentials": TEMPORARY_CREDENTIALS},
    "unsigned": {"signature": SignatureScheme.NONE, "credentials": None, "unauthorized_credentials": None},
}


def verify_record(record):
    """Return the findings of a verification of the report of a run, and the report."""
    report = json.loads(render_json(build_report(record)))
    findings = verify_evidence(record.contract, report)
    return [str(finding) for finding in (*findings.differences, *findings.unverifiable)], report


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in CORE_FAULTS else pytest.mark.long) for name in FAULTS]
)
def test_a_fault_is_judged_the_same_again(certify, contract, name):
    findings, report = verify_record(certify(name, select=(FAULTS[name],)))
    assert findings == []
    assert contract_faults(contract)[name].must_fail(contract.requirements) & violated_requirements(report)


def violated_requirements(report):
    return {
        requirement["id"] for requirement in report["requirements"] if requirement["outcome"] in {"failed", "warned"}
    }


@pytest.mark.long
@pytest.mark.parametrize("start", range(12))
def test_any_fault_is_judged_the_same_again(certify, contract, start):
    for name in list(contract_faults(contract))[start::12]:
        findings, report = verify_record(certify(name))
        assert (name, findings) == (name, [])
        assert violated_requirements(report) or "generated" in str(contract_faults(contract)[name].violates), name


@pytest.mark.parametrize("name", SIGNATURES)
def test_signed_requests_are_judged_again_without_a_key(certify, name):
    findings, report = verify_record(certify(changes=SIGNATURES[name], select=("security", "num.maximum")))
    assert findings == []
    assert report["verdict"] == "conformant"
    exchanges = (exchange for case in report["cases"] for exchange in case["exchanges"])
    defects = {defect for exchange in exchanges for defect in exchange.get("signatureDefects", ())}
    assert defects >= {"expired", "impostor", "stranger", "unsigned"} or name == "unsigned"


def test_a_case_with_several_attempts_is_judged_again(certify):
    def around(answer, request):
        response = answer(request)
        body = json.loads(response.body)
        requests.append(request)
        if len(requests) % 7 == 0 and len(body.get("Auctions", ())) > 3:
            body["Auctions"][3]["PicName"] += "x"
        return evolve(response, body=json.dumps(body).encode())

    requests = []
    findings, report = verify_record(certify(around=around, select=("paging",)))
    assert findings == []
    assert {case["attempts"] for case in report["cases"]} == {1, 2, 3}


def test_generated_requests_are_judged_again(certify):
    findings, report = verify_record(certify("error-status-200", select=("generated",), examples=12))
    assert findings == []
    assert any("/generated-" in case["id"] for case in report["cases"])
    assert {"outcome", "definition"} <= set().union(*report["unassignedExchanges"]["generated"])


def test_a_rate_limited_request_is_part_of_the_evidence(certify, contract):
    row = next(row for row in contract.errors.documented_rows if contract.errors.is_rate_limit(row.code))

    def around(answer, request):
        requests.append(request)
        body = json.dumps({"Code": row.code, "Message": row.message, "RequestId": "0A"}).encode()
        return (
            WireResponse(row.status, (("content-type", "application/json"),), body)
            if len(requests) == 20
            else answer(request)
        )

    requests = []
    findings, report = verify_record(certify(around=around, select=("num.*",)))
    assert findings == []
    assert len(report["unassignedExchanges"]["rateLimited"]) == 1
    below = next(requirement for requirement in report["requirements"] if requirement["id"] == "throttling.below")
    assert [finding["requirement"] for finding in below["findings"]] == ["throttling.below"]
    del report["unassignedExchanges"]["rateLimited"][:]
    assert [difference.where for difference in verify_evidence(contract, report).differences] == [
        "verdict",
        "requirement throttling.below: outcome",
        "requirement throttling.below: finding throttling.below (must, documented) at '' of exchange 0",
    ]


def test_the_later_revision(certify, later):
    findings, report = verify_record(certify(by=later, changes=V2, select=("filter.precedence", "*threshold*")))
    assert findings == []
    assert report["suite"]["document"] == later.revision


@pytest.mark.parametrize("options", [{"budget": 12}, {"fail_fast": True}, {"strict": True, "level": "should"}])
def test_a_limited_or_stricter_run_is_judged_the_same_again(certify, options):
    assert verify_record(certify("num-above-maximum-accepted", select=("num.*", "paging"), **options))[0] == []
