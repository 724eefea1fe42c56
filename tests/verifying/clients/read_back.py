"""What is looked up in reports of clients that were read back."""

from imagesearch_conformance.verification.verify import verify_evidence

REDIRECTED = "redirect.credentials/307"


def differing(contract, report):
    found = verify_evidence(contract, report)
    assert found.unverifiable == ()
    return [one.where for one in found.differences]


def departed(report):
    return {one["requirement"] for case in report["cases"] for one in case["findings"]}


def case_of(report, name):
    return next(one for one in report["cases"] if one["id"] == name)
