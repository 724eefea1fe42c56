"""Lookups in reports of clients, and in the findings of their verification."""

from imagesearch_conformance.verification.verify import verify_evidence

REDIRECTED = "redirect.credentials/307"


def difference_places(contract, report):
    findings = verify_evidence(contract, report)
    assert findings.unverifiable == ()
    return [difference.where for difference in findings.differences]


def violated_requirements(report):
    return {finding["requirement"] for case in report["cases"] for finding in case["findings"]}


def get_case(report, name):
    return next(case for case in report["cases"] if case["id"] == name)
