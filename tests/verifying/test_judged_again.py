"""A report read back says the same: whatever is wrong with a target, however it is asked."""

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

#: Defects of every kind, and a requirement to select: refusals, pages, texts, signatures, rates, the whole run.
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

V2 = {"signature": SignatureScheme.V2}

#: Ways of asking.
STYLES = {
    "signature V2": V2,
    "temporary key": {"credentials": TEMPORARY_CREDENTIALS},
    "temporary key, V2": {**V2, "credentials": TEMPORARY_CREDENTIALS},
    "unsigned": {"signature": SignatureScheme.NONE, "credentials": None, "unauthorized_credentials": None},
}


def again(record):
    """What was found when a report was written and read back, and the report."""
    written = json.loads(render_json(build_report(record)))
    found = verify_evidence(record.contract, written)
    return [str(one) for one in (*found.differences, *found.unverifiable)], written


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.long] * (at % 2)) for at, name in enumerate(FAULTS)]
)
def test_what_a_fault_does_is_found_again(certified, contract, name):
    found, written = again(certified(name, select=(FAULTS[name],)))
    assert found == []
    assert contract_faults(contract)[name].must_fail(contract.requirements) & departed(written)


def departed(written):
    return {one["id"] for one in written["requirements"] if one["outcome"] in {"failed", "warned"}}


@pytest.mark.long
@pytest.mark.parametrize("start", range(12))
def test_what_any_fault_does_is_found_again(certified, contract, start):
    for name in list(contract_faults(contract))[start::12]:
        found, written = again(certified(name))
        assert (name, found) == (name, [])
        assert departed(written) or "generated" in str(contract_faults(contract)[name].violates), name


@pytest.mark.parametrize("name", STYLES)
def test_no_key_is_needed_to_judge_again_what_was_signed(certified, name):
    found, written = again(certified(changes=STYLES[name], select=("security", "num.maximum")))
    assert found == []
    assert written["verdict"] == "conformant"
    accused = {
        one for case in written["cases"] for sent in case["exchanges"] for one in sent.get("signatureDefects", ())
    }
    assert accused >= {"expired", "impostor", "stranger", "unsigned"} or name == "unsigned"


def test_a_case_of_several_rounds_is_folded_again(certified):
    def around(answer, request):
        reply = answer(request)
        body = json.loads(reply.body)
        sent.append(request)
        if len(sent) % 7 == 0 and len(body.get("Auctions", ())) > 3:
            body["Auctions"][3]["PicName"] += "x"
        return evolve(reply, body=json.dumps(body).encode())

    sent = []
    found, written = again(certified(around=around, select=("paging",)))
    assert found == []
    assert {case["rounds"] for case in written["cases"]} == {1, 2, 3}


def test_generated_requests_are_judged_again_and_what_they_find(certified):
    found, written = again(certified("error-status-200", select=("generated",), examples=12))
    assert found == []
    assert any("/generated-" in case["id"] for case in written["cases"])
    assert {"outcome", "definition"} <= set().union(*written["further"]["generated"])


def test_a_refusal_that_was_waited_out_is_part_of_the_evidence(certified, contract):
    row = next(row for row in contract.errors.documented_rows if contract.errors.is_rate_limit(row.code))

    def around(answer, request):
        sent.append(request)
        denied = json.dumps({"Code": row.code, "Message": row.message, "RequestId": "0A"}).encode()
        return (
            WireResponse(row.status, (("content-type", "application/json"),), denied)
            if len(sent) == 20
            else answer(request)
        )

    sent = []
    found, written = again(certified(around=around, select=("num.*",)))
    assert found == []
    assert len(written["further"]["denied"]) == 1
    below = next(one for one in written["requirements"] if one["id"] == "throttling.below")
    assert [one["requirement"] for one in below["findings"]] == ["throttling.below"]
    del written["further"]["denied"][:]
    assert [one.where for one in verify_evidence(contract, written).differences] == [
        "verdict",
        "requirement throttling.below: outcome",
        "requirement throttling.below: finding throttling.below (must, documented) at '' of exchange 0",
    ]


def test_the_later_revision(certified, later):
    found, written = again(certified(by=later, changes=V2, select=("filter.precedence", "*threshold*")))
    assert found == []
    assert written["suite"]["document"] == later.revision


@pytest.mark.parametrize("options", [{"budget": 12}, {"fail_fast": True}, {"strict": True, "level": "should"}])
def test_a_run_that_was_cut_short_or_judged_by_more(certified, options):
    assert again(certified("num-above-maximum-accepted", select=("num.*", "paging"), **options))[0] == []
