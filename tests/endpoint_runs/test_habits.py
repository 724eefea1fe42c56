"""Habits of real gateways and servers that break no sentence of the page: none may be taken for a fault."""

import json
from itertools import count

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.target import Capabilities, SignatureScheme
from imagesearch_conformance.model.wire import WireResponse

REQUIRED = EmulatorSettings(qps=None)
OPTIONAL = EmulatorSettings(qps=None, signature="optional")


def rewriting(change):
    """Lets a function change every reply, decoded."""

    def around(answer, request):
        reply = answer(request)
        document = json.loads(reply.body)
        change(document)
        return evolve(reply, body=json.dumps(document).encode())

    return around


def empty_without_lists(document):
    if document.get("Auctions") == []:
        del document["Auctions"], document["PicInfo"]


def empty_with_nulls(document):
    if document.get("Auctions") == []:
        document |= {"Auctions": None, "PicInfo": None}


def null_for_absent(document):
    for entry in document.get("Auctions", []):
        for name in ("CustomContent", "IntAttr", "IntAttr2", "StrAttr", "StrAttr2"):
            entry.setdefault(name, None)


def whole_numbers_with_a_point(document):
    if "Head" in document:
        document["Code"] = 0.0
        document["Head"] = {name: float(value) for name, value in document["Head"].items()}


def recoded(old, new, message):
    def change(document):
        if document.get("Code") == old:
            document |= {"Code": new, "Message": message}

    return change


#: Name -> (what is done to replies, whether it is said as a warning).
REPLIES = {
    "empty results without lists": (empty_without_lists, False),
    "empty results with nulls": (empty_with_nulls, False),
    "null for absent attributes": (null_for_absent, True),
    "whole numbers with a point": (whole_numbers_with_a_point, True),
    "too many entries in all for too many at once": (
        recoded(
            "OverflowMaxReturnNum",
            "OverflowMaxResultNum",
            "The specified number of total results exceeds the maximum of 500.",
        ),
        False,
    ),
}


def out_of(record):
    return {
        one.requirement.id: one.reason
        for one in record.requirements
        if one.outcome in {Outcome.FAILED, Outcome.ERRORED}
    }


@pytest.mark.parametrize("name", REPLIES)
def test_a_habit_of_replies_is_certified(certified, name):
    change, warns = REPLIES[name]
    # Without the fault header: what it asks for would be rewritten as well.
    record = certified(REQUIRED, adapt=without_fault_header, around=rewriting(change))
    assert out_of(record) == {}
    assert record.verdict is Verdict.CONFORMANT
    assert any(one.outcome is Outcome.WARNED for one in record.requirements) is warns


def without_fault_header(target):
    return evolve(target, capabilities=evolve(target.capabilities, fault_header=None))


def test_an_endpoint_that_knows_the_operation_from_parameters_only_is_certified(certified):
    def around(answer, request):
        kept = tuple(pair for pair in request.headers if not pair[0].lower().startswith("x-acs-"))
        return answer(evolve(request, headers=kept))

    def unsigned(target):
        claims = Capabilities()
        return evolve(
            target, signature=SignatureScheme.NONE, credentials=None, unauthorized_credentials=None, capabilities=claims
        )

    record = certified(OPTIONAL, adapt=unsigned, around=around)
    assert out_of(record) == {}
    assert record.verdict is Verdict.CONFORMANT


def test_a_defect_that_hangs_up_on_some_requests_does_not_end_the_run(certified):
    def around(answer, request):
        if b"Num=abc" in request.body or b"Num=1.5" in request.body or b"Num=1e1" in request.body:
            raise Unreachable("no reply: reset")
        return answer(request)

    record = certified(REQUIRED, around=around)
    errored = {one.case.id for one in record.cases if one.outcome is Outcome.ERRORED}
    assert record.complete
    assert errored >= {"num.type/text", "num.type/fraction", "num.type/exponent"}
    assert record.verdict is Verdict.INCONCLUSIVE


def test_an_endpoint_that_is_gone_ends_the_run_at_once(certified):
    answered = count()

    def around(answer, request):
        if next(answered) > 80:
            raise Unreachable("no reply: refused")
        return answer(request)

    record = certified(REQUIRED, around=around)
    assert (record.complete, record.verdict) == (False, Verdict.INCONCLUSIVE)
    assert sum(one.outcome is Outcome.ERRORED for one in record.cases) == 3
    assert any(one.outcome is Outcome.PASSED for one in record.cases)


def test_a_refusal_for_the_key_or_the_rate_is_no_answer_to_what_the_page_leaves_open(certified):
    def around(answer, request):
        if b"NotAParameter" in request.body:
            body = {"Code": "NoPermission", "Message": "You are not authorized to perform this operation."}
            return WireResponse(
                403, (("Content-Type", "application/json"),), json.dumps(body | {"RequestId": ID}).encode()
            )
        return answer(request)

    assert "silence.unknown" in out_of(certified(REQUIRED, around=around))


ID = "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"
