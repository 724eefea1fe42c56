"""Verification of an unchanged report finds no difference, however the run ended."""

import json

import pytest

from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.verification.verify import verify_evidence


@pytest.mark.parametrize(
    "name", ["unreachable", "budget", "interrupted", "selected", pytest.param("hostile", marks=pytest.mark.long)]
)
def test_a_report_is_judged_the_same_again(get_report, contract, name):
    findings = verify_evidence(contract, json.loads(render_json(get_report(name))))
    assert (findings.differences, findings.unverifiable) == ((), ())


def test_truncated_responses_cannot_be_judged_again(get_report, contract):
    findings = verify_evidence(contract, json.loads(render_json(get_report("huge"))))
    assert findings.differences == ()
    assert {item.where for item in findings.unverifiable} >= {"case num.maximum/above"}
    assert "a stored response is truncated" in findings.unverifiable[0].reason
