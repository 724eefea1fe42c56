"""The order of cases: those that detect most faults per request come first."""

import pytest

from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.case import Case, Probe, Request
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.runner.case_priority import CasePriority, load_case_priority
from imagesearch_conformance.selfcheck.kill_matrix import compute_source_digest, prioritize_cases
from imagesearch_conformance.selfcheck.selfcheck import Selfcheck
from imagesearch_conformance.selfcheck.trial import Variant, VariantKind


def probe(number):
    return Probe(Request(None, None, (("Num", str(number)),)))


def case(name, *numbers):
    return Case(name, name, ("num.minimum",), tuple(map(probe, numbers)), Expectation(()))


def by_id(*cases):
    return {case.id: case for case in cases}


@pytest.fixture
def prioritize(build_matrix, build_trial):
    """Orders cases, given which cases detect each fault."""

    def order(cases, killers, survey_probes=()):
        trials = [
            build_trial(fault, failed={"num.minimum"}, kills=[(case_id, 1) for case_id in case_ids])
            for fault, case_ids in killers.items()
        ]
        return prioritize_cases(build_matrix(*trials, cases=cases), survey_probes)

    return order


def test_the_case_with_most_kills_comes_first_and_its_kills_count_once(prioritize):
    cases = by_id(case("a", 1), case("b", 2), case("c", 3))
    priority = prioritize(cases, {"fault 1": ["a"], "fault 2": ["b"], "fault 3": ["b"], "fault 4": ["b", "c"]})
    assert list(priority.kills.items()) == [("b", 3), ("a", 1)]
    assert priority.faults == 4


def test_kills_are_weighed_by_requests(prioritize):
    cases = by_id(case("expensive", 1, 2, 3, 4), case("cheap", 5))
    killers = {f"fault {number}": ["expensive"] for number in (1, 2, 3)} | {"fault 4": ["cheap"]}
    assert list(prioritize(cases, killers).kills) == ["cheap", "expensive"]


def test_requests_of_the_survey_cost_nothing(prioritize):
    cases = by_id(case("new", 1), case("surveyed", 2))
    killers = {"fault 1": ["new"], "fault 2": ["new"], "fault 3": ["surveyed"]}
    assert list(prioritize(cases, killers, survey_probes=[probe(2)]).kills) == ["surveyed", "new"]


def test_a_case_that_the_reference_does_not_have_is_not_ordered(prioritize):
    assert prioritize(by_id(case("a", 1)), {"fault": ["a", "unknown"]}).kills == {"a": 1}


def test_an_order_survives_serialization():
    priority = CasePriority(3, {"a/1": 2, "b/1": 1}, "sha256:0")
    assert CasePriority.from_json(priority.to_json()) == priority


def test_an_order_changed_by_hand_is_rejected():
    text = CasePriority(3, {"a/1": 2, "b/1": 1}).to_json()
    with pytest.raises(InternalError, match="--write-order"):
        CasePriority.from_json(text.replace('["a/1", 2]', '["a/1", 3]'))


def test_ranks_and_shares():
    priority = CasePriority(4, {"a/1": 2, "b/1": 1})
    assert [priority.rank(case_id) for case_id in ("a/1", "b/1", "c/1")] == [0, 1, float("inf")]
    assert priority.detected_share(["b/1", "c/1"]) == 0.25
    assert CasePriority(0, {}).detected_share(["a/1"]) == 0.0


def test_the_order_that_ships_is_computed_from_the_current_faults_and_cases():
    selfcheck = Selfcheck.create()
    priority = load_case_priority()
    assert priority.source_digest == compute_source_digest(selfcheck.faults, selfcheck.cases), (
        "`imagesearch-conformance selfcheck --write-order` updates it"
    )
    assert set(priority.kills) <= set(selfcheck.cases)
    assert priority.detected_share(selfcheck.cases) > 0.95


def test_the_source_digest_changes_with_faults_and_cases_only():
    faults, cases = [Variant(VariantKind.FAULT, "msg-missing", "2023-09")], by_id(case("a", 1))
    digest = compute_source_digest(faults, cases)
    assert compute_source_digest(faults[::-1], dict(cases)) == digest
    assert compute_source_digest([*faults, Variant(VariantKind.FAULT, "head-missing", "2023-09")], cases) != digest
    assert compute_source_digest(faults, by_id(case("a", 1), case("b", 2))) != digest
    assert compute_source_digest(faults, by_id(case("a", 1, 2))) != digest
