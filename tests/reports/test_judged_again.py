"""However a run ended, its report says enough to judge it again, and says the same."""

import json

import pytest

from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.verification.verify import verify_evidence


@pytest.mark.parametrize(
    "name", ["unreachable", "budget", "interrupted", "selected", pytest.param("hostile", marks=pytest.mark.long)]
)
def test_a_report_read_back_gives_the_same(documents, contract, name):
    found = verify_evidence(contract, json.loads(render_json(documents(name))))
    assert (found.differences, found.unverifiable) == ((), ())


def test_what_is_not_stored_whole_cannot_be_judged_again(documents, contract):
    found = verify_evidence(contract, json.loads(render_json(documents("huge"))))
    assert found.differences == ()
    assert {one.where for one in found.unverifiable} >= {"case num.maximum/above"}
    assert "longer than what is stored" in found.unverifiable[0].reason
