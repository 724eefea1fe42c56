"""Targets whose data shows little: what cannot be judged is not applicable, with a reason, and nothing fails."""

import itertools

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.model.outcome import Outcome, Verdict

from .small_data import small
from .test_habits import rewriting

QUIET = EmulatorSettings(qps=None)


@pytest.fixture
def certified_with(certified, contract):
    def certify(attributes, settings=QUIET, **claims):
        made = small(contract, attributes)
        return certified(settings, adapt=lambda target: made.describe(target, **claims), data=made.store)

    return certify


def outcomes(record):
    return {one.requirement.id: one.outcome for one in record.requirements}


def out_of(record):
    return {name for name, outcome in outcomes(record).items() if outcome in {Outcome.FAILED, Outcome.ERRORED}}


def unreasoned(record):
    return [
        one.requirement.id for one in record.requirements if one.outcome is Outcome.NOT_APPLICABLE and not one.reason
    ]


def test_a_target_of_one_image_fails_nothing(certified_with):
    record = certified_with([{"IntAttr": 5, "StrAttr": "a"}])
    assert (record.verdict, out_of(record), unreasoned(record)) == (Verdict.CONFORMANT, set(), [])
    found = outcomes(record)
    unjudged = (
        "paging.prefix",
        "num.default",
        "ranking.score",
        "image.identity",
    )
    for name in unjudged:
        assert found[name] is Outcome.NOT_APPLICABLE, name
    for name in ("paging.full", "paging.beyond", "paging.repeatable", "ranking.self", "ranking.category"):
        assert found[name] is Outcome.PASSED, name


def test_a_target_without_attributes_fails_nothing(certified_with):
    record = certified_with([{}] * 130)
    assert (record.verdict, out_of(record), unreasoned(record)) == (Verdict.CONFORMANT, set(), [])
    relations = {name: outcome for name, outcome in outcomes(record).items() if name.startswith("filter.")}
    judged = {name for name, outcome in relations.items() if outcome is Outcome.PASSED}
    assert judged == {"filter.format", "filter.maxlength", "filter.optional"}
    assert set(relations.values()) == {Outcome.PASSED, Outcome.NOT_APPLICABLE}


@pytest.mark.parametrize("column", ["IntAttr", "StrAttr"])
def test_one_kind_of_attribute_is_judged_and_the_other_not_applicable(certified_with, column):
    values = (1, 2, 3) if column == "IntAttr" else ("a b", "b", "c")
    record = certified_with([{column: value} for value in values] * 20)
    assert (record.verdict, out_of(record)) == (Verdict.CONFORMANT, set())
    found = outcomes(record)
    judged = {"IntAttr": "filter.int_attr.equal", "StrAttr": "filter.str_attr.equal"}
    for name, requirement in judged.items():
        assert found[requirement] is (Outcome.PASSED if name == column else Outcome.NOT_APPLICABLE)
    assert found["filter.and"] is found["filter.or"] is Outcome.PASSED


def test_an_empty_text_as_the_only_value_fails_nothing(certified_with):
    record = certified_with([{"StrAttr": ""}] * 4)
    assert (record.verdict, out_of(record)) == (Verdict.CONFORMANT, set())


def test_images_that_all_score_alike_fail_nothing(certified_with, monkeypatch):
    monkeypatch.setattr("imagesearch_conformance.emulator.store.similarity", lambda _one, _other: 1.0)
    record = certified_with([{"IntAttr": number % 7} for number in range(230)])
    assert (record.verdict, out_of(record)) == (Verdict.CONFORMANT, set())


def test_an_approximate_engine_may_leave_out_entries_if_it_says_so(certified, contract):
    made = small(contract, [{"IntAttr": number % 5} for number in range(300)])
    turn = itertools.count()

    def forgetful(document):
        entries = document.get("Auctions", [])
        if len(entries) > 20:
            del entries[10 + next(turn) % 7]
            document["Head"] |= dict.fromkeys(("DocsFound",), len(entries))

    def certify(**claims):
        return certified(
            QUIET, adapt=lambda target: made.describe(target, **claims), data=made.store, around=rewriting(forgetful)
        )

    claimed, silent = certify(approximate=True), certify()
    assert (claimed.verdict, out_of(claimed)) == (Verdict.CONFORMANT, set())
    assert "paging.concatenation" in {
        one.requirement.id for one in claimed.requirements if one.outcome is Outcome.WARNED
    }
    assert silent.verdict is Verdict.NONCONFORMANT
    assert "paging.concatenation" in out_of(silent)


def test_an_approximate_engine_still_has_to_keep_to_filters(certified, contract):
    made = small(contract, [{"IntAttr": number % 5} for number in range(40)])
    record = certified(
        EmulatorSettings(qps=None, faults=("filter-greater-inclusive",)),
        adapt=lambda target: made.describe(target, approximate=True),
        data=made.store,
    )
    assert "filter.int_attr.greater" in out_of(record)
    assert record.verdict is Verdict.NONCONFORMANT


class Growing:
    """A store that gets or loses its last image after some searches."""

    def __init__(self, earlier, later, searches):
        self.stores, self.searches, self.turn = (earlier, later), searches, itertools.count()

    def ranking(self, *asked):
        return self.stores[next(self.turn) >= self.searches].ranking(*asked)

    def __getattr__(self, name):
        return getattr(self.stores[0], name)


@pytest.mark.parametrize(
    ("sizes", "searches"),
    [  # each of both once in every run, and all pairs where there is more time
        pytest.param(sizes, searches, marks=pytest.mark.long if at != other else ())
        for at, sizes in enumerate([(39, 40), (40, 39), (7, 6)])
        for other, searches in enumerate([12, 25, 60])
    ],
)
def test_data_that_changes_during_a_run_is_not_held_against_the_target(certified, contract, searches, sizes):
    earlier, later = (small(contract, [{"IntAttr": number % 5} for number in range(size)]) for size in sizes)
    growing = Growing(earlier.store, later.store, searches)
    record = certified(QUIET, adapt=earlier.describe, data=growing)
    assert {one.requirement.id for one in record.requirements if one.outcome is Outcome.FAILED} == set()
    assert {one.attempts for one in record.cases if one.outcome is not Outcome.NOT_APPLICABLE} <= {1, 3}
    assert record.verdict is Verdict.CONFORMANT
