"""What trials share changes nothing of what they find."""

import pytest
from attrs import evolve

from imagesearch_conformance.selfcheck.trial_runner import TrialRunner
from imagesearch_conformance.selfcheck.variant import Variant, VariantKind

DOCUMENT = "2023-09"

#: Faults that take hold at every place of the way, with replies that differ all, some, or only in a repeated request.
FAULTS = (
    "throttling-absent",
    "cache-ignores-start",
    *(
        pytest.param(name, marks=pytest.mark.long)
        for name in (
            "error-status-200",
            "requestid-repeated",
            "head-searchtime-missing",
            "body-with-bom",
            "filter-greater-inclusive",
            "replay-accepted",
            "scores-drift",
            "clock-strict",
        )
    ),
)


@pytest.fixture(scope="module")
def learned():
    bench = TrialRunner.from_spec(None, DOCUMENT)
    bench.fill_cache()
    return bench


@pytest.fixture(scope="module")
def forgetful(learned):
    """Begins each trial with nothing remembered."""

    def tried(subject):
        return TrialRunner(learned.contract, learned.store).run_trial(subject)

    return tried


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_alike_whether_anything_is_remembered(learned, forgetful, name):
    subject = Variant(VariantKind.FAULT, name, DOCUMENT)
    afresh, again = forgetful(subject), learned.run_trial(subject)
    assert evolve(again, seconds=0.0) == evolve(afresh, seconds=0.0)
    assert again.is_killed


@pytest.mark.parametrize("name", [pytest.param("extra-fields", marks=pytest.mark.long), "window-cut"])
def test_a_variation_is_certified_whether_anything_is_remembered(learned, forgetful, name):
    subject = Variant(VariantKind.VARIATION, name, DOCUMENT)
    assert evolve(learned.run_trial(subject), seconds=0.0) == evolve(forgetful(subject), seconds=0.0)


@pytest.mark.long
def test_trials_after_each_other_do_not_meet(learned):
    subjects = [Variant(VariantKind.FAULT, name, DOCUMENT) for name in ("cache-ignores-filter", "msg-missing")]
    first = [evolve(learned.tried(one), seconds=0.0) for one in subjects]
    assert [evolve(learned.tried(one), seconds=0.0) for one in reversed(subjects)] == first[::-1]
