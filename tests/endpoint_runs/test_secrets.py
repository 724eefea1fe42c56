"""Secrets that a target echoes, early or late and in any response, do not reach the report."""

import json
import re

import pytest
from attrs import evolve

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.reports.document import build_report

SIGNATURE = re.compile(r"Signature=([^&,\s]+)")


def find_signature(request):
    match = SIGNATURE.search(f"{request.header('authorization') or ''} {request.target}")
    return match and match[1]


@pytest.mark.parametrize("scheme", [SignatureScheme.V3, pytest.param(SignatureScheme.V2, marks=pytest.mark.long)])
def test_a_signature_echoed_in_a_later_response_is_redacted(run_suite, scheme):
    signatures = []

    def around(handle, request):
        response = handle(request)
        document = json.loads(response.body) | {"Echo": signatures[-1:]}
        if "Msg" in document:
            document["Msg"] = f"success after {signatures[-1:]}"
        if signature := find_signature(request):
            signatures.append(signature)
        return evolve(response, body=json.dumps(document).encode())

    record = run_suite(EmulatorSettings(qps=None), adapt=lambda target: evolve(target, signature=scheme), around=around)
    report = json.dumps(build_report(record))
    assert len(signatures) > 100
    assert [signature for signature in signatures if signature in report] == []


def test_a_signature_in_the_error_response_that_ends_a_run_is_redacted(run_suite):
    def around(_, request):
        document = {
            "Code": "SignatureDoesNotMatch",
            "Message": f"yours was {find_signature(request)}",
            "RequestId": "1",
        }
        return WireResponse(400, (("Content-Type", "application/json"),), json.dumps(document).encode())

    record = run_suite(EmulatorSettings(qps=None), around=around)
    signature = find_signature(record.exchanges[0].request)
    assert signature in record.stop_reason
    assert signature not in json.dumps(build_report(record))
