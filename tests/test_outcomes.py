"""The laws of the algebra of outcomes."""

from datetime import UTC, date, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.expectation import Expectation, Grade
from imagesearch_conformance.model.finding import Finding, Judgement, Outcome, Verdict
from imagesearch_conformance.model.requirement import (
    Deviation,
    DeviationResult,
    DeviationState,
    JudgedBy,
    Level,
    Requirement,
)
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
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
WITHOUT_JUDGEMENT = {Outcome.SKIPPED, Outcome.ERRORED, Outcome.NOT_APPLICABLE}


@st.composite
def case_results(draw, policy):
    """Generate the result of a case, with a judgement or with a reason for having none."""
    case = Case("num.maximum/above", "title", (draw(st.sampled_from([REQUIREMENT.id, "other"])),), (), Expectation(()))
    if draw(st.booleans()):
        return CaseResult(case, draw(st.sampled_from(sorted(WITHOUT_JUDGEMENT))), reason="some reason")
    findings = tuple(draw(st.lists(FINDINGS, max_size=3)))
    exercised = frozenset({finding.requirement for finding in findings} | draw(st.sets(st.just(REQUIREMENT.id))))
    judgement = Judgement(exercised, findings)
    return CaseResult(case, judgement_outcome(judgement, policy), judgement)


@st.composite
def requirement_results(draw):
    """Generate a policy, results of cases, and the result of a requirement from them."""
    policy = draw(POLICIES)
    cases = draw(st.lists(case_results(policy), max_size=5))
    return policy, cases, requirement_result(REQUIREMENT, cases, None, policy)


@given(st.lists(OUTCOMES), st.lists(OUTCOMES))
def test_worst_outcome_is_a_commutative_idempotent_monoid(outcomes, others):
    assert worst_outcome([worst_outcome(outcomes), worst_outcome(others)]) is worst_outcome([*outcomes, *others])
    assert worst_outcome([*outcomes, *others]) is worst_outcome([*others, *outcomes])
    assert worst_outcome([*outcomes, *outcomes]) is worst_outcome(outcomes)
    assert worst_outcome([worst_outcome([]), *outcomes]) is worst_outcome(outcomes)


@given(st.lists(OUTCOMES))
def test_passed_never_hides_a_worse_outcome(outcomes):
    worst = worst_outcome(outcomes)
    assert worst in outcomes or (not outcomes and worst is Outcome.NOT_APPLICABLE)
    if worst is Outcome.PASSED:
        assert not set(outcomes) & {Outcome.FAILED, Outcome.ERRORED, Outcome.WARNED}


@given(st.lists(OUTCOMES), OUTCOMES)
def test_another_outcome_never_improves_the_result(outcomes, more):
    order = [Outcome.NOT_APPLICABLE, Outcome.SKIPPED, Outcome.PASSED, Outcome.WARNED, Outcome.ERRORED, Outcome.FAILED]
    assert order.index(worst_outcome([*outcomes, more])) >= order.index(worst_outcome(outcomes))


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
def test_stricter_policies_fail_at_least_as_often(findings):
    judgement = Judgement(frozenset(), tuple(findings))
    stricter = [Policy(), Policy(strict=True), Policy(Level.SHOULD, strict=True)]
    failed = [judgement_outcome(judgement, policy) is Outcome.FAILED for policy in stricter]
    assert failed == sorted(failed)


@given(requirement_results())
def test_a_requirement_passes_only_if_exercised_without_findings(example):
    policy, cases, result = example
    all_findings = [finding for case in cases for finding in case.judgement.findings]
    findings = [finding for finding in all_findings if finding.requirement == REQUIREMENT.id]
    exercised = any(REQUIREMENT.id in case.judgement.exercised for case in cases)
    errored = any(case.outcome is Outcome.ERRORED and REQUIREMENT.id in case.case.requirements for case in cases)
    assert (result.outcome is Outcome.FAILED) is any(map(policy.is_failure, findings))
    assert (result.outcome is Outcome.PASSED) is (exercised and not findings and not errored)
    assert (result.outcome in WITHOUT_JUDGEMENT) is bool(result.reason)


@given(requirement_results())
def test_a_requirement_lists_its_cases_and_those_that_exercised_it(example):
    _, cases, result = example
    own = [case for case in cases if REQUIREMENT.id in case.case.requirements]
    exercising = [case for case in cases if REQUIREMENT.id in case.judgement.exercised]
    assert len(result.cases) == len({id(case) for case in (*own, *exercising)})


def test_a_deselected_requirement_is_skipped_unless_exercised():
    skipped = requirement_result(REQUIREMENT, [], None, Policy(), deselected=True)
    assert (skipped.outcome, skipped.reason) == (Outcome.SKIPPED, NOT_SELECTED_REASON)
    exercised = requirement_result(REQUIREMENT, [], Judgement(frozenset({REQUIREMENT.id})), Policy(), deselected=True)
    assert exercised.outcome is Outcome.PASSED


def test_a_requirement_that_is_never_judged_gives_its_reason():
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
def test_conformant_requires_that_all_required_results_are_judged(results, policy, complete):
    verdict = run_verdict(results, policy, complete)
    required = [
        result
        for result in results
        if result.requirement.level.is_at_least(policy.level) and result.reason != NOT_SELECTED_REASON
    ]
    if any(result.outcome is Outcome.FAILED for result in results):
        assert verdict is Verdict.NONCONFORMANT
    elif not complete or any(result.outcome in {Outcome.ERRORED, Outcome.SKIPPED} for result in required):
        assert verdict is Verdict.INCONCLUSIVE
    if verdict is Verdict.CONFORMANT:
        assert complete
        assert any(result.outcome in {Outcome.PASSED, Outcome.WARNED} for result in results)


@given(st.lists(REQUIREMENT_RESULTS), POLICIES)
def test_an_incomplete_run_is_never_conformant(results, policy):
    assert run_verdict(results, policy, complete=False) is not Verdict.CONFORMANT


@pytest.mark.parametrize("outcome", [None, Outcome.NOT_APPLICABLE])
def test_an_empty_run_is_inconclusive(outcome):
    results = [] if outcome is None else [RequirementResult(REQUIREMENT, outcome, reason="none")]
    assert run_verdict(results, Policy(), complete=True) is Verdict.INCONCLUSIVE


def test_a_run_with_results_below_the_level_only_is_inconclusive():
    results = [RequirementResult(evolve(REQUIREMENT, level=Level.SHOULD), Outcome.PASSED)]
    assert run_verdict(results, Policy(), complete=True) is Verdict.INCONCLUSIVE
    assert run_verdict(results, Policy(Level.SHOULD), complete=True) is Verdict.CONFORMANT


@given(st.lists(case_results(Policy())))
def test_every_case_is_counted_once(results):
    counts = count_outcomes(results)
    assert set(counts) == set(Outcome)
    assert sum(counts.values()) == len(results)


CASE = Case("num.maximum/above", "title", (REQUIREMENT.id,), (), Expectation(()))


def test_an_errored_case_gives_its_requirement_outcome_and_reason():
    errored = CaseResult(CASE, Outcome.ERRORED, reason="no reply came")
    skipped = CaseResult(CASE, Outcome.SKIPPED, reason="too many requests")
    passed = CaseResult(CASE, Outcome.PASSED, Judgement(frozenset({REQUIREMENT.id})), reason="none of its business")
    result = requirement_result(REQUIREMENT, [skipped, passed, errored], None, Policy())
    assert (result.outcome, result.reason) == (Outcome.ERRORED, "no reply came")
    assert (result.cases, result.requirement) == ((CASE.id,) * 3, REQUIREMENT)


def test_a_judged_requirement_has_no_reason():
    passed = CaseResult(CASE, Outcome.PASSED, Judgement(frozenset({REQUIREMENT.id})))
    assert requirement_result(REQUIREMENT, [passed], None, Policy()).reason is None


def test_a_requirement_that_was_not_exercised_says_why():
    not_exercised = requirement_result(REQUIREMENT, [], None, Policy())
    assert not_exercised.reason == "no response of this run exercised the requirement"
    not_claimed = requirement_result(evolve(REQUIREMENT, needs="throttling_qps"), [], None, Policy())
    assert not_claimed.reason == "the profile does not claim throttling_qps"


def test_the_duration_of_a_case_is_the_sum_of_its_exchanges():
    request, response = WireRequest("POST", "/"), WireResponse(200, (), b"")
    sent_at = datetime(2026, 1, 2, tzinfo=UTC)
    exchanges = tuple(Exchange(request, response, sent_at, seconds) for seconds in (0.25, 0.5))
    assert CaseResult(CASE, Outcome.PASSED, exchanges=exchanges).seconds == 0.75


@given(st.lists(FINDINGS), POLICIES)
def test_an_accepted_requirement_only_warns(findings, policy):
    accepting = evolve(policy, accepted_requirements=frozenset({REQUIREMENT.id}))
    for finding in findings:
        fails = policy.is_failure(finding)
        assert accepting.is_failure_unless_accepted(finding) is policy.is_failure_unless_accepted(finding) is fails
        assert accepting.is_failure(finding) is (fails and finding.requirement != REQUIREMENT.id)


DEVIATION = Deviation(REQUIREMENT.id, "some reason", "https://example.com/1", date(2026, 1, 2))


@pytest.mark.parametrize("state", DeviationState)
def test_an_expired_or_resolved_deviation_fails_the_run(state):
    passed = [RequirementResult(REQUIREMENT, Outcome.PASSED)]
    applied, result = (DeviationResult(DEVIATION, each, "text") for each in (DeviationState.APPLIED, state))
    complete = run_verdict(passed, Policy(), complete=True, deviations=[applied, result])
    incomplete = run_verdict(passed, Policy(), complete=False, deviations=[result])
    if state in {DeviationState.EXPIRED, DeviationState.RESOLVED}:
        assert complete is incomplete is Verdict.NONCONFORMANT
    else:
        assert (complete, incomplete) == (Verdict.CONFORMANT, Verdict.INCONCLUSIVE)


def test_a_deviation_is_valid_on_its_last_day():
    assert [DEVIATION.is_valid_on(date(2026, 1, day)) for day in (1, 2, 3)] == [True, True, False]
