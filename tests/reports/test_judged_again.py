"""However a run ended, its report says enough to judge it again, and says the same."""

import json

import pytest

from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.verifying.verification import of_evidence


@pytest.mark.parametrize(
    "name", ["unreachable", "budget", "interrupted", "selected", pytest.param("hostile", marks=pytest.mark.long)]
)
def test_a_report_read_back_gives_the_same(documents, contract, name):
    found = of_evidence(contract, json.loads(as_json(documents(name))))
    assert (found.differences, found.untold) == ((), ())


def test_what_is_not_stored_whole_cannot_be_judged_again(documents, contract):
    found = of_evidence(contract, json.loads(as_json(documents("huge"))))
    assert found.differences == ()
    assert {one.where for one in found.untold} >= {"case num.maximum/above"}
    assert "longer than what is stored" in found.untold[0].reason
