"""Secrets that a target throws back at us, early or late, in any reply: none reaches the report."""

import json
import re

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.reports.document import build_report

SIGNATURE = re.compile(r"Signature=([^&,\s]+)")


def signature(request):
    return SIGNATURE.search(f"{request.header('authorization') or ''} {request.target}")[1]


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, pytest.param(SignatureScheme.V2, marks=pytest.mark.long)])
def test_a_signature_that_is_echoed_in_a_later_reply(certified, scheme):
    seen = []

    def around(answer, request):
        reply = answer(request)
        whole = json.loads(reply.body) | {"Echo": seen[-1:]}
        if "Msg" in whole:
            whole["Msg"] = f"success after {seen[-1:]}"
        if SIGNATURE.search(f"{request.header('authorization') or ''} {request.target}"):
            seen.append(signature(request))
        return evolve(reply, body=json.dumps(whole).encode())

    record = certified(EmulatorSettings(qps=None), adapt=lambda target: evolve(target, signature=scheme), around=around)
    text = json.dumps(build_report(record))
    assert len(seen) > 100
    assert [one for one in seen if one in text] == []


def test_a_signature_in_the_refusal_that_ends_a_run(certified):
    def around(_, request):
        body = {"Code": "SignatureDoesNotMatch", "Message": f"yours was {signature(request)}", "RequestId": "1"}
        return WireResponse(400, (("Content-Type", "application/json"),), json.dumps(body).encode())

    record = certified(EmulatorSettings(qps=None), around=around)
    given = signature(record.exchanges[0].request)
    assert given in record.stop_reason
    assert given not in json.dumps(build_report(record))
