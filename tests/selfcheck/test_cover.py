"""The order of cases: what notices most for a request comes first."""

import pytest

from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.model.case import Case, Probe, Request
from imagesearch_conformance.model.expectation import Expectation
from imagesearch_conformance.runner.case_priority import CasePriority, load_case_priority
from imagesearch_conformance.selfcheck.prioritize import compute_inputs_digest, prioritize_cases
from imagesearch_conformance.selfcheck.selfcheck import Selfcheck
from imagesearch_conformance.selfcheck.variant import Variant, VariantKind


def probe(number):
    return Probe(Request(None, None, (("Num", str(number)),)))


def case(name, *numbers):
    return Case(name, name, ("num.minimum",), tuple(map(probe, numbers)), Expectation(()))


def cases(*made):
    return {one.id: one for one in made}


@pytest.fixture
def ordered(matrix, tried):
    """The order of these cases when each fault is noticed by the cases named."""

    def order(made, kills, surveyed=()):
        trials = [
            tried(name, failed={"num.minimum"}, kills=[(one, 1) for one in noticed]) for name, noticed in kills.items()
        ]
        return prioritize_cases(matrix(*trials, cases=made), surveyed)

    return order


def test_the_case_with_most_kills_comes_first_and_its_kills_count_once(ordered):
    made = cases(case("a", 1), case("b", 2), case("c", 3))
    found = ordered(made, {"one": ["a"], "two": ["b"], "three": ["b"], "four": ["b", "c"]})
    assert list(found.kills.items()) == [("b", 3), ("a", 1)]
    assert found.faults == 4


def test_kills_are_weighed_by_their_requests(ordered):
    made = cases(case("dear", 1, 2, 3, 4), case("cheap", 5))
    found = ordered(made, {"one": ["dear"], "two": ["dear"], "three": ["dear"], "four": ["cheap"]})
    assert list(found.kills) == ["cheap", "dear"]


def test_what_was_asked_before_costs_nothing(ordered):
    made = cases(case("new", 1), case("known", 2))
    found = ordered(made, {"one": ["new"], "two": ["new"], "three": ["known"]}, surveyed=[probe(2)])
    assert list(found.kills) == ["known", "new"]


def test_a_case_that_only_a_defect_brings_about_has_no_place(ordered):
    assert ordered(cases(case("a", 1)), {"one": ["a", "strange"]}).kills == {"a": 1}


def test_an_order_as_text_and_back_is_the_same():
    worth = CasePriority(3, {"a/1": 2, "b/1": 1}, "sha256:0")
    assert CasePriority.from_json(worth.to_json()) == worth


def test_an_order_changed_by_hand_is_refused():
    text = CasePriority(3, {"a/1": 2, "b/1": 1}).to_json()
    with pytest.raises(InternalError, match="--write-order"):
        CasePriority.from_json(text.replace('["a/1", 2]', '["a/1", 3]'))


def test_ranks_and_shares():
    worth = CasePriority(4, {"a/1": 2, "b/1": 1})
    assert [worth.rank(name) for name in ("a/1", "b/1", "c/1")] == [0, 1, float("inf")]
    assert worth.detected_share(["b/1", "c/1"]) == 0.25
    assert CasePriority(0, {}).detected_share(["a/1"]) == 0.0


def test_the_order_that_ships_is_made_from_the_faults_and_cases_that_there_are():
    whole = Selfcheck.create()
    faults = [one for one in whole.variants if not one.is_conforming]
    made_from = compute_inputs_digest(faults, whole.cases)
    assert load_case_priority().inputs_digest == made_from, (
        "`imagesearch-conformance selfcheck --write-order` makes it anew"
    )
    assert set(load_case_priority().kills) <= set(whole.cases)
    assert load_case_priority().detected_share(whole.cases) > 0.95


def test_an_order_made_from_other_faults_or_cases_is_another():
    faults, made = [Variant(VariantKind.FAULT, "msg-missing", "2023-09")], cases(case("a", 1))
    known = compute_inputs_digest(faults, made)
    assert compute_inputs_digest(faults[::-1], dict(made)) == known
    assert compute_inputs_digest([*faults, Variant(VariantKind.FAULT, "head-missing", "2023-09")], made) != known
    assert compute_inputs_digest(faults, cases(case("a", 1), case("b", 2))) != known
    assert compute_inputs_digest(faults, cases(case("a", 1, 2))) != known
