"""Behaviour of real gateways and servers that contradicts no statement of the documentation is not a fault."""

import json
from itertools import count

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.target import Capabilities, SignatureScheme
from imagesearch_conformance.model.wire import WireResponse

SIGNATURE_REQUIRED = EmulatorSettings(qps=None)
SIGNATURE_OPTIONAL = EmulatorSettings(qps=None, signature="optional")


def rewrite_responses(change):
    """Return an `around` that lets a function change the document of every response."""

    def around(handle, request):
        response = handle(request)
        document = json.loads(response.body)
        change(document)
        return evolve(response, body=json.dumps(document).encode())

    return around


def omit_lists_of_empty_results(document):
    if document.get("Auctions") == []:
        del document["Auctions"], document["PicInfo"]


def null_lists_of_empty_results(document):
    if document.get("Auctions") == []:
        document |= {"Auctions": None, "PicInfo": None}


def null_missing_attributes(document):
    for entry in document.get("Auctions", []):
        for name in ("CustomContent", "IntAttr", "IntAttr2", "StrAttr", "StrAttr2"):
            entry.setdefault(name, None)


def write_integers_as_floats(document):
    if "Head" in document:
        document["Code"] = 0.0
        document["Head"] = {name: float(value) for name, value in document["Head"].items()}


def replace_error_code(old, new, message):
    def change(document):
        if document.get("Code") == old:
            document |= {"Code": new, "Message": message}

    return change


#: Name -> (change of responses, whether the suite warns about it).
RESPONSE_CHANGES = {
    "empty results without lists": (omit_lists_of_empty_results, False),
    "empty results with nulls": (null_lists_of_empty_results, False),
    "null for missing attributes": (null_missing_attributes, True),
    "integers as floats": (write_integers_as_floats, True),
    "error code for too many results in total instead of at once": (
        replace_error_code(
            "OverflowMaxReturnNum",
            "OverflowMaxResultNum",
            "The specified number of total results exceeds the maximum of 500.",
        ),
        False,
    ),
}


def failed_or_errored(record):
    return {
        result.requirement.id: result.reason
        for result in record.requirements
        if result.outcome in {Outcome.FAILED, Outcome.ERRORED}
    }


def without_fault_header(target):
    return evolve(target, capabilities=evolve(target.capabilities, fault_header=None))


@pytest.mark.parametrize("name", RESPONSE_CHANGES)
def test_unusual_responses_conform(run_suite, name):
    change, warns = RESPONSE_CHANGES[name]
    # Without the fault header: the errors that it provokes would be rewritten as well.
    record = run_suite(SIGNATURE_REQUIRED, adapt=without_fault_header, around=rewrite_responses(change))
    assert failed_or_errored(record) == {}
    assert record.verdict is Verdict.CONFORMANT
    assert any(result.outcome is Outcome.WARNED for result in record.requirements) is warns


def test_an_endpoint_that_ignores_action_headers_conforms(run_suite):
    def around(handle, request):
        headers = tuple(pair for pair in request.headers if not pair[0].lower().startswith("x-acs-"))
        return handle(evolve(request, headers=headers))

    def unsigned(target):
        return evolve(
            target,
            signature=SignatureScheme.NONE,
            credentials=None,
            unauthorized_credentials=None,
            capabilities=Capabilities(),
        )

    record = run_suite(SIGNATURE_OPTIONAL, adapt=unsigned, around=around)
    assert failed_or_errored(record) == {}
    assert record.verdict is Verdict.CONFORMANT


def test_an_endpoint_that_hangs_up_on_some_requests_does_not_end_the_run(run_suite):
    def around(handle, request):
        if b"Num=abc" in request.body or b"Num=1.5" in request.body or b"Num=1e1" in request.body:
            raise Unreachable("no reply: reset")
        return handle(request)

    record = run_suite(SIGNATURE_REQUIRED, around=around)
    errored = {result.case.id for result in record.cases if result.outcome is Outcome.ERRORED}
    assert record.complete
    assert errored >= {"num.type/text", "num.type/fraction", "num.type/exponent"}
    assert record.verdict is Verdict.INCONCLUSIVE


def test_an_endpoint_that_is_gone_ends_the_run_at_once(run_suite):
    request_numbers = count()

    def around(handle, request):
        if next(request_numbers) > 80:
            raise Unreachable("no reply: refused")
        return handle(request)

    record = run_suite(SIGNATURE_REQUIRED, around=around)
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    assert sum(result.outcome is Outcome.ERRORED for result in record.cases) == 3
    assert any(result.outcome is Outcome.PASSED for result in record.cases)


def test_a_permission_error_is_no_answer_to_a_request_with_unspecified_behaviour(run_suite):
    def around(handle, request):
        if b"NotAParameter" not in request.body:
            return handle(request)
        document = {
            "Code": "NoPermission",
            "Message": "You are not authorized to perform this operation.",
            "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D",
        }
        return WireResponse(403, (("Content-Type", "application/json"),), json.dumps(document).encode())

    assert "silence.unknown" in failed_or_errored(run_suite(SIGNATURE_REQUIRED, around=around))
