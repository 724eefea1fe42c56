"""Targets with little data: what cannot be judged is not applicable, with a reason, and nothing fails."""

import itertools

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.model.finding import Outcome, Verdict

from .small_data import small_data_set
from .test_unusual_endpoints import rewrite_responses

UNLIMITED = EmulatorSettings(qps=None)


@pytest.fixture
def run_with(run_suite, contract):
    """Runs the suite against a target with one image per set of attributes."""

    def run(attributes, settings=UNLIMITED, **claims):
        data = small_data_set(contract, attributes)
        return run_suite(settings, adapt=lambda target: data.adapt(target, **claims), data=data.store)

    return run


def outcomes(record):
    return {result.requirement.id: result.outcome for result in record.requirements}


def failed_or_errored(record):
    return {name for name, outcome in outcomes(record).items() if outcome in {Outcome.FAILED, Outcome.ERRORED}}


def without_reason(record):
    return [
        result.requirement.id
        for result in record.requirements
        if result.outcome is Outcome.NOT_APPLICABLE and not result.reason
    ]


def test_a_target_with_one_image_fails_nothing(run_with):
    record = run_with([{"IntAttr": 5, "StrAttr": "a"}])
    assert (record.verdict, failed_or_errored(record), without_reason(record)) == (Verdict.CONFORMANT, set(), [])
    by_requirement = outcomes(record)
    for name in ("paging.prefix", "num.default", "ranking.score", "image.identity"):
        assert by_requirement[name] is Outcome.NOT_APPLICABLE, name
    for name in ("paging.full", "paging.beyond", "paging.repeatable", "ranking.self", "ranking.category"):
        assert by_requirement[name] is Outcome.PASSED, name


def test_a_target_without_attributes_fails_nothing(run_with):
    record = run_with([{}] * 130)
    assert (record.verdict, failed_or_errored(record), without_reason(record)) == (Verdict.CONFORMANT, set(), [])
    filters = {name: outcome for name, outcome in outcomes(record).items() if name.startswith("filter.")}
    passed = {name for name, outcome in filters.items() if outcome is Outcome.PASSED}
    assert passed == {"filter.format", "filter.maxlength", "filter.optional"}
    assert set(filters.values()) == {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("attribute", ["IntAttr", "StrAttr"])
def test_with_one_type_of_attribute_the_other_is_not_applicable(run_with, attribute):
    values = (1, 2, 3) if attribute == "IntAttr" else ("a b", "b", "c")
    record = run_with([{attribute: value} for value in values] * 20)
    assert (record.verdict, failed_or_errored(record)) == (Verdict.CONFORMANT, set())
    by_requirement = outcomes(record)
    for name, requirement in {"IntAttr": "filter.int_attr.equal", "StrAttr": "filter.str_attr.equal"}.items():
        assert by_requirement[requirement] is (Outcome.PASSED if name == attribute else Outcome.NOT_APPLICABLE)
    assert by_requirement["filter.and"] is by_requirement["filter.or"] is Outcome.PASSED


def test_an_empty_text_as_the_only_value_fails_nothing(run_with):
    record = run_with([{"StrAttr": ""}] * 4)
    assert (record.verdict, failed_or_errored(record)) == (Verdict.CONFORMANT, set())


def test_images_with_equal_scores_fail_nothing(run_with, monkeypatch):
    monkeypatch.setattr("imagesearch_conformance.emulator.store.similarity", lambda _image, _other: 1.0)
    record = run_with([{"IntAttr": number % 7} for number in range(230)])
    assert (record.verdict, failed_or_errored(record)) == (Verdict.CONFORMANT, set())


def test_an_approximate_engine_may_leave_out_entries_if_the_profile_claims_it(run_suite, contract):
    data = small_data_set(contract, [{"IntAttr": number % 5} for number in range(300)])
    turns = itertools.count()

    def drop_an_entry(document):
        entries = document.get("Auctions", [])
        if len(entries) > 20:
            del entries[10 + next(turns) % 7]
            document["Head"] |= {"DocsFound": len(entries)}

    def run(**claims):
        return run_suite(
            UNLIMITED,
            adapt=lambda target: data.adapt(target, **claims),
            data=data.store,
            around=rewrite_responses(drop_an_entry),
        )

    claimed, unclaimed = run(approximate=True), run()
    assert (claimed.verdict, failed_or_errored(claimed)) == (Verdict.CONFORMANT, set())
    assert outcomes(claimed)["paging.concatenation"] is Outcome.WARNED
    assert unclaimed.verdict is Verdict.NONCONFORMANT
    assert "paging.concatenation" in failed_or_errored(unclaimed)


def test_an_approximate_engine_must_still_apply_filters(run_suite, contract):
    data = small_data_set(contract, [{"IntAttr": number % 5} for number in range(40)])
    record = run_suite(
        EmulatorSettings(qps=None, faults=("filter-greater-inclusive",)),
        adapt=lambda target: data.adapt(target, approximate=True),
        data=data.store,
    )
    assert "filter.int_attr.greater" in failed_or_errored(record)
    assert record.verdict is Verdict.NONCONFORMANT


class ChangingStore:
    """A store that is replaced by another one after some searches."""

    def __init__(self, earlier, later, searches):
        self.stores, self.searches, self.turns = (earlier, later), searches, itertools.count()

    def ranking(self, *arguments):
        return self.stores[next(self.turns) >= self.searches].ranking(*arguments)

    def __getattr__(self, name):
        return getattr(self.stores[0], name)


#: Sizes before and after the change, and the searches until then: growing and shrinking, early and late.
CORE_CHANGES = (((39, 40), 12), ((40, 39), 25), ((7, 6), 60))
FURTHER_CHANGES = (
    ((39, 40), 25), ((39, 40), 60), ((40, 39), 12), ((40, 39), 60), ((7, 6), 12), ((7, 6), 25),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "searches"),
    [*CORE_CHANGES, *(pytest.param(*change, marks=pytest.mark.long) for change in FURTHER_CHANGES)],
)
def test_data_that_changes_during_a_run_is_not_held_against_the_target(run_suite, contract, searches, sizes):
    earlier, later = (small_data_set(contract, [{"IntAttr": number % 5} for number in range(size)]) for size in sizes)
    store = ChangingStore(earlier.store, later.store, searches)
    record = run_suite(UNLIMITED, adapt=earlier.adapt, data=store)
    assert {name for name, outcome in outcomes(record).items() if outcome is Outcome.FAILED} == set()
    judged = [result for result in record.cases if result.outcome is not Outcome.NOT_APPLICABLE]
    assert {result.attempts for result in judged} <= {1, 3}
    assert record.verdict is Verdict.CONFORMANT
