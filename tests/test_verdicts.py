"""The algebra of outcomes, as laws."""

from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import Deviation, DeviationResult, DeviationState
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Expectation, Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.outcome import Outcome, Verdict
from imagesearch_conformance.model.requirement import JudgedBy, Level, Requirement
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.outcomes import (
    NOT_SELECTED_REASON,
    CaseResult,
    Policy,
    RequirementResult,
    count_outcomes,
    judgement_outcome,
    requirement_result,
    run_verdict,
    worst_outcome,
)

OUTCOMES = st.sampled_from(Outcome)
POLICIES = st.builds(Policy, st.sampled_from([Level.MUST, Level.SHOULD]), st.booleans())
REQUIREMENT = Requirement("num.maximum", Level.MUST, "parameters", "At most.", "the page", JudgedBy.CASE)
FINDINGS = st.builds(
    Finding,
    st.sampled_from([REQUIREMENT.id, "other"]),
    st.sampled_from(Level),
    st.just("wrong"),
    grade=st.sampled_from(Grade),
)
REASONED = {Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE}


@st.composite
def results(draw, policy):
    """A case that was judged, or was not for a reason."""
    case = Case("num.maximum/above", "some", (draw(st.sampled_from([REQUIREMENT.id, "other"])),), (), Expectation(()))
    if draw(st.booleans()):
        return CaseResult(case, draw(st.sampled_from(sorted(REASONED))), reason="some reason")
    findings = tuple(draw(st.lists(FINDINGS, max_size=3)))
    exercised = frozenset({one.requirement for one in findings} | draw(st.sets(st.just(REQUIREMENT.id))))
    judgement = Judgement(exercised, findings)
    return CaseResult(case, judgement_outcome(judgement, policy), judgement)


@st.composite
def folds(draw):
    """A requirement's outcome with what it was made of."""
    policy = draw(POLICIES)
    some = draw(st.lists(results(policy), max_size=5))
    return policy, some, requirement_result(REQUIREMENT, some, None, policy)


@given(st.lists(OUTCOMES), st.lists(OUTCOMES))
def test_the_worst_is_a_monoid(some, others):
    assert worst_outcome([worst_outcome(some), worst_outcome(others)]) is worst_outcome([*some, *others])
    assert worst_outcome([*some, *others]) is worst_outcome([*others, *some])
    assert worst_outcome([*some, *some]) is worst_outcome(some)
    assert worst_outcome([worst_outcome([]), *some]) is worst_outcome(some)


@given(st.lists(OUTCOMES))
def test_nothing_is_merged_upward_into_passed(some):
    outcome = worst_outcome(some)
    assert outcome in some or (not some and outcome is Outcome.NOT_APPLICABLE)
    if outcome is Outcome.PASSED:
        assert not set(some) & {Outcome.FAILED, Outcome.ERRORED, Outcome.WARNED}


@given(st.lists(OUTCOMES), OUTCOMES)
def test_one_more_outcome_never_makes_it_better(some, more):
    order = [Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.PASSED, Outcome.WARNED, Outcome.ERRORED, Outcome.FAILED]
    assert order.index(worst_outcome([*some, more])) >= order.index(worst_outcome(some))


@pytest.mark.parametrize(
    ("level", "grade", "policy", "fails"),
    [
        (Level.MUST, Grade.DOCUMENTED, Policy(), True),
        (Level.SHOULD, Grade.DOCUMENTED, Policy(), False),
        (Level.MAY, Grade.DOCUMENTED, Policy(), False),
        (Level.MUST, Grade.TOLERATED, Policy(), False),
        (Level.SHOULD, Grade.DOCUMENTED, Policy(Level.SHOULD), True),
        (Level.MUST, Grade.DOCUMENTED, Policy(Level.SHOULD), True),
        (Level.MAY, Grade.DOCUMENTED, Policy(Level.SHOULD), False),
        (Level.MUST, Grade.TOLERATED, Policy(strict=True), True),
        (Level.SHOULD, Grade.TOLERATED, Policy(strict=True), False),
        (Level.SHOULD, Grade.TOLERATED, Policy(Level.SHOULD, strict=True), True),
    ],
)
def test_level_and_strictness_decide_what_fails(level, grade, policy, fails):
    finding = Finding("num.maximum", level, "wrong", grade=grade)
    assert policy.is_failure(finding) is fails
    judged = judgement_outcome(Judgement(frozenset({"num.maximum"}), (finding,)), policy)
    assert judged is (Outcome.FAILED if fails else Outcome.WARNED)


@given(st.lists(FINDINGS))
def test_stricter_policies_fail_no_less(findings):
    judgement = Judgement(frozenset(), tuple(findings))
    stricter = [Policy(), Policy(strict=True), Policy(Level.SHOULD, strict=True)]
    failed = [judgement_outcome(judgement, policy) is Outcome.FAILED for policy in stricter]
    assert failed == sorted(failed)


@given(folds())
def test_a_requirement_passes_only_if_a_reply_exercised_it_and_none_departed(fold):
    policy, some, result = fold
    findings = [one for case in some for one in case.judgement.findings if one.requirement == REQUIREMENT.id]
    exercised = any(REQUIREMENT.id in case.judgement.exercised for case in some)
    errored = any(case.outcome is Outcome.ERRORED and REQUIREMENT.id in case.case.requirements for case in some)
    assert (result.outcome is Outcome.FAILED) is any(map(policy.is_failure, findings))
    assert (result.outcome is Outcome.PASSED) is (exercised and not findings and not errored)
    assert (result.outcome in REASONED) is bool(result.reason)


@given(folds())
def test_the_cases_of_a_requirement_are_those_made_for_it_and_those_that_met_it(fold):
    _, some, result = fold
    made = [one for one in some if REQUIREMENT.id in one.case.requirements]
    met = [one for one in some if REQUIREMENT.id in one.judgement.exercised]
    assert len(result.cases) == len({id(one) for one in (*made, *met)})


def test_a_requirement_that_was_left_out_says_so_unless_a_reply_exercised_it():
    left = requirement_result(REQUIREMENT, [], None, Policy(), deselected=True)
    assert (left.outcome, left.reason) == (Outcome.SKIPPED, NOT_SELECTED_REASON)
    met = requirement_result(REQUIREMENT, [], Judgement(frozenset({REQUIREMENT.id})), Policy(), deselected=True)
    assert met.outcome is Outcome.PASSED


def test_a_requirement_that_is_never_judged_gives_its_own_reason():
    never = evolve(REQUIREMENT, judged=JudgedBy.NEVER, reason="it speaks of billing")
    result = requirement_result(never, [], None, Policy())
    assert (result.outcome, result.reason) == (Outcome.NOT_APPLICABLE, "it speaks of billing")


REQUIREMENT_RESULTS = st.builds(
    RequirementResult,
    st.sampled_from(Level).map(lambda level: evolve(REQUIREMENT, level=level)),
    OUTCOMES,
    reason=st.sampled_from(["some reason", NOT_SELECTED_REASON]),
)


@given(st.lists(REQUIREMENT_RESULTS), POLICIES, st.booleans())
def test_a_verdict_is_conformant_only_if_everything_due_was_judged(some, policy, complete):
    verdict = run_verdict(some, policy, complete)
    due = [one for one in some if one.requirement.level.is_at_least(policy.level) and one.reason != NOT_SELECTED_REASON]
    if any(one.outcome is Outcome.FAILED for one in some):
        assert verdict is Verdict.NONCONFORMANT
    elif not complete or any(one.outcome in {Outcome.ERRORED, Outcome.SKIPPED} for one in due):
        assert verdict is Verdict.INCONCLUSIVE
    if verdict is Verdict.CONFORMANT:
        assert complete
        assert any(one.outcome in {Outcome.PASSED, Outcome.WARNED} for one in some)


@given(st.lists(REQUIREMENT_RESULTS), POLICIES)
def test_a_run_that_ended_early_never_conforms(some, policy):
    assert run_verdict(some, policy, complete=False) is not Verdict.CONFORMANT


@pytest.mark.parametrize("outcome", [None, Outcome.NOT_APPLICABLE])
def test_an_empty_run_is_inconclusive(outcome):
    some = [] if outcome is None else [RequirementResult(REQUIREMENT, outcome, reason="none")]
    assert run_verdict(some, Policy(), complete=True) is Verdict.INCONCLUSIVE


def test_a_run_of_nothing_but_what_does_not_decide_is_inconclusive():
    some = [RequirementResult(evolve(REQUIREMENT, level=Level.SHOULD), Outcome.PASSED)]
    assert run_verdict(some, Policy(), complete=True) is Verdict.INCONCLUSIVE
    assert run_verdict(some, Policy(Level.SHOULD), complete=True) is Verdict.CONFORMANT


@given(st.lists(results(Policy())))
def test_every_case_is_counted_once(some):
    found = count_outcomes(some)
    assert set(found) == set(Outcome)
    assert sum(found.values()) == len(some)


CASE = Case("num.maximum/above", "some", (REQUIREMENT.id,), (), Expectation(()))


def test_an_errored_case_makes_its_requirement_errored_for_its_own_reason():
    errored = CaseResult(CASE, Outcome.ERRORED, reason="no reply came")
    skipped = CaseResult(CASE, Outcome.SKIPPED, reason="too many requests")
    passed = CaseResult(CASE, Outcome.PASSED, Judgement(frozenset({REQUIREMENT.id})), reason="none of its business")
    result = requirement_result(REQUIREMENT, [skipped, passed, errored], None, Policy())
    assert (result.outcome, result.reason) == (Outcome.ERRORED, "no reply came")
    assert (result.cases, result.requirement) == ((CASE.id,) * 3, REQUIREMENT)


def test_what_was_judged_has_no_reason():
    passed = CaseResult(CASE, Outcome.PASSED, Judgement(frozenset({REQUIREMENT.id})))
    assert requirement_result(REQUIREMENT, [passed], None, Policy()).reason is None


def test_what_no_reply_showed_says_so_or_what_the_profile_would_have_to_claim():
    unseen = requirement_result(REQUIREMENT, [], None, Policy())
    assert unseen.reason == "no reply of this run showed what it speaks of"
    needy = requirement_result(evolve(REQUIREMENT, needs="throttling_qps"), [], None, Policy())
    assert needy.reason == "the profile does not claim throttling_qps"


def test_a_case_takes_as_long_as_its_exchanges_together():
    request, reply = WireRequest("POST", "/"), WireResponse(200, (), b"")
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    exchanges = tuple(Exchange(request, reply, moment, seconds) for seconds in (0.25, 0.5))
    assert CaseResult(CASE, Outcome.PASSED, exchanges=exchanges).seconds == 0.75


@given(st.lists(FINDINGS), POLICIES)
def test_what_is_accepted_warns_and_nothing_else_changes(findings, policy):
    accepting = evolve(policy, accepted_requirements=frozenset({REQUIREMENT.id}))
    for one in findings:
        assert (
            accepting.is_failure_unless_accepted(one)
            is policy.is_failure_unless_accepted(one)
            is policy.is_failure(one)
        )
        assert accepting.is_failure(one) is (policy.is_failure(one) and one.requirement != REQUIREMENT.id)


DEVIATION = Deviation(REQUIREMENT.id, "some reason", "https://example.com/1", date(2026, 1, 2))


@pytest.mark.parametrize("state", DeviationState)
def test_a_deviation_that_is_over_or_gone_fails_the_run(state):
    passed = [RequirementResult(REQUIREMENT, Outcome.PASSED)]
    told = [DeviationResult(DEVIATION, DeviationState.APPLIED, "met"), DeviationResult(DEVIATION, state, "some")]
    failing = state in {DeviationState.EXPIRED, DeviationState.RESOLVED}
    assert run_verdict(passed, Policy(), True, told) is (Verdict.NONCONFORMANT if failing else Verdict.CONFORMANT)  # noqa: FBT003 a fact of the run
    assert run_verdict(passed, Policy(), False, told[1:]) is (
        Verdict.NONCONFORMANT if failing else Verdict.INCONCLUSIVE
    )  # noqa: FBT003 a fact of the run


def test_a_deviation_holds_on_its_last_day():
    assert [DEVIATION.is_valid_on(date(2026, 1, day)) for day in (1, 2, 3)] == [True, True, False]
