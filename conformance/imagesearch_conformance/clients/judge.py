"""From a performance to a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.checks.parsed_response import ParsedResponse, ResponseKind
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.clients.checks.context import DefectFinder, ScenarioCheckContext
from imagesearch_conformance.clients.checks.error import check_error
from imagesearch_conformance.clients.checks.parameters import check_parameters
from imagesearch_conformance.clients.checks.request import check_nonces, check_request, check_secret, check_token
from imagesearch_conformance.clients.checks.result import check_result, is_success_consistent
from imagesearch_conformance.clients.checks.retries import check_redirect, check_retries
from imagesearch_conformance.clients.scenario import ERROR_ONLY, Scenario, ScenarioRun
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AdapterFailure, AnswerKind
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target

#: What may be handed back, in words; the names of the protocol beside them.
ANSWER_DESCRIPTIONS = {
    AnswerKind.RESULT: "a result",
    AnswerKind.ERROR: "an error of the API (-32000)",
    AnswerKind.ARGUMENTS_REFUSED: "a refusal before anything is sent (-32602)",
    AnswerKind.UNREADABLE: "that nothing sensible came (-32001)",
    AnswerKind.ADAPTER_FAILURE: "nothing",
}

#: What an adapter does wrong, whatever the client in it does.
_ADAPTER_REQUIREMENTS = {
    AdapterFailure.FLOOD: "adapter.flood",
    AdapterFailure.WRONG_ID: "adapter.answers",
    AdapterFailure.INVALID_MESSAGE: "adapter.answers",
}

#: What a call is judged by that is not made, though the page needs no more for it.
_MINIMAL_REQUEST = "request.minimal"

#: What every answer shows.
OUTPUT_REQUIREMENT = "adapter.output"


def judge_scenario_run(
    contract: Contract, target: Target, scenario_run: ScenarioRun, find_defects: DefectFinder = signature_defects
) -> Judgement:
    """What a client did in a scenario: each requirement once, by its first departure."""
    exercised: set[str] = set()
    findings: dict[str, Finding] = {}
    for remark in _check_results(ScenarioCheckContext(contract, target, scenario_run, find_defects=find_defects)):
        if remark.requirement in contract.client_requirements:
            exercised.add(remark.requirement)
            if remark.finding is not None:
                findings.setdefault(remark.requirement, remark.finding)
    return Judgement(frozenset(exercised), tuple(findings.values()))


def judge_output(contract: Contract, noise: Sequence[str]) -> dict[str, Judgement]:
    """What was printed where messages belong, judged once for a whole run."""
    entry = contract.client_requirements.get(OUTPUT_REQUIREMENT)
    if entry is None:
        return {}
    message = f"{len(noise)} or more lines are no messages" if len(noise) > 1 else "a line is no message"
    found = (Finding(OUTPUT_REQUIREMENT, entry.level, message, ("one JSON object a line",), noise[0]),) if noise else ()
    return {OUTPUT_REQUIREMENT: Judgement(frozenset({OUTPUT_REQUIREMENT}), found)}


def _check_results(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    for index, exchange in enumerate(context.exchanges):
        told = evolve(context, index=index)
        yield from check_request(told, exchange)
        yield from check_token(told, exchange.request)
        if exchange.request.method:
            yield from check_parameters(told, exchange.request)
    yield from check_nonces(context)
    yield from check_secret(context)
    yield from check_redirect(context)
    if context.answer.kind is AnswerKind.ADAPTER_FAILURE:
        yield from _check_adapter_failure(context)
        return
    yield context.pass_requirement("process.robust" if context.scenario.undocumented_behaviour else "process.survives")
    yield from map(context.pass_requirement, dict.fromkeys(_ADAPTER_REQUIREMENTS.values()))
    made = context.scenario_run.exchanges
    if made and not made[-1].request.method:
        # What was answered is what the stage makes of no HTTP: nothing of the scenario was played.
        return
    yield from check_retries(context)
    yield from _check_answer(evolve(context, index=max(0, len(made) - 1)))


def _check_adapter_failure(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    breakdown, robust, made = (
        context.answer.adapter_failure,
        context.scenario.undocumented_behaviour,
        len(context.scenario_run.exchanges),
    )
    text = context.answer.text or "there is no answer"
    if breakdown is AdapterFailure.HANG and made > 1:
        text = f"{text}; it made {made} requests meanwhile: if it gives up later, --timeout gives it longer"
    expected = describe_accepted_answers(context.scenario)
    if breakdown in _ADAPTER_REQUIREMENTS:
        yield context.fail_requirement(_ADAPTER_REQUIREMENTS[breakdown], text, expected, None, "text")
    elif robust and breakdown is AdapterFailure.HANG:
        yield from context.fail_all(text, expected, None, "text")
    else:
        yield context.fail_requirement("process.robust" if robust else "process.survives", text, expected, None, "text")


def _check_answer(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """What the answer says of the requirements that the scenario is for."""
    kind, made = context.answer.kind, context.scenario_run.exchanges
    if kind is AnswerKind.ARGUMENTS_REFUSED or not made:
        yield from _check_missing_request(context)
    elif (
        context.response is None
        or context.scenario.follows_redirects
        or context.response.kind is ResponseKind.UNREADABLE
    ):
        yield from _check_answer_kind(context)
    elif context.response.kind is ResponseKind.ERROR:
        yield from _check_error_response(context, context.response)
    elif kind is not AnswerKind.RESULT:
        yield from _check_lost_success(context)
    elif is_success_consistent(context, context.response.document):
        yield from _check_success(context, context.response)
    else:
        yield from context.fail_all(
            "the reply says that it failed, the result that it did not", describe_accepted_answers(context.scenario)
        )


def _check_missing_request(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    kind, made = context.answer.kind, context.scenario_run.exchanges
    if kind is AnswerKind.ARGUMENTS_REFUSED and not made and kind in context.scenario.accepted_answers:
        yield from context.pass_all()
        return
    message = "no request came" if not made else "the arguments were said to be refused, and a request was sent"
    if kind is AnswerKind.ARGUMENTS_REFUSED and not made:
        message = f"arguments that are allowed were refused: {context.answer.text or 'without a reason'}"
    for name in (_MINIMAL_REQUEST,) if _is_minimal_call(context) else context.scenario.case.requirements:
        yield context.fail_requirement(
            name, message, describe_accepted_answers(context.scenario), _answer_text(context), "text"
        )


def _is_minimal_call(context: ScenarioCheckContext) -> bool:
    """Whether a scenario is about a reply to the plainest call: of one that is not made it says nothing."""
    needed = {one.name for one in context.contract.parameters if one.required}
    return not context.scenario.parameters_under_test and context.arguments.keys() == needed


def _check_answer_kind(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    if context.answer.kind in context.scenario.accepted_answers:
        yield from context.pass_all()
        return
    message = f"what is handed back is {ANSWER_DESCRIPTIONS[context.answer.kind]}"
    grade = Grade.TOLERATED if context.answer.kind in context.scenario.tolerated_answers else Grade.DOCUMENTED
    yield from context.fail_all(
        message, describe_accepted_answers(context.scenario), _answer_text(context), "text", grade
    )


def _check_error_response(context: ScenarioCheckContext, response: ParsedResponse) -> Iterator[CheckResult]:
    if context.answer.kind is AnswerKind.ERROR:
        yield from check_error(context, response.wire.status, response.document)
        yield from context.pass_all()
    elif context.answer.kind is AnswerKind.UNREADABLE and context.scenario.accepted_answers == ERROR_ONLY:
        yield from _check_answer_kind(context)
    else:
        message = f"an error reply is handed back as {ANSWER_DESCRIPTIONS[context.answer.kind]}"
        yield context.fail_requirement(
            "outcome.error", message, describe_accepted_answers(context.scenario), _answer_text(context), "text"
        )


def _check_lost_success(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """A success that is handed back as something else."""
    if not context.scenario.request_only:
        yield from _check_answer_kind(context)
        return
    message = f"a success is handed back as {ANSWER_DESCRIPTIONS[context.answer.kind]}"
    yield context.fail_requirement(
        "outcome.success", message, describe_accepted_answers(context.scenario), _answer_text(context), "text"
    )


def _check_success(context: ScenarioCheckContext, response: ParsedResponse) -> Iterator[CheckResult]:
    status = response.wire.status
    handed = context.answer.status
    if handed == status:
        yield context.pass_requirement("outcome.success")
    else:
        grade = Grade.TOLERATED if handed is None else Grade.DOCUMENTED
        message = "no status is handed back" if handed is None else f"the status handed back is {handed}"
        yield context.fail_requirement("outcome.success", message, (str(status),), handed, "status", grade)
    yield from check_result(context, response.document)
    yield from _check_answer_kind(context)


def describe_accepted_answers(scenario: Scenario) -> tuple[str, ...]:
    """What may be handed back, for people."""
    return tuple(words for kind, words in ANSWER_DESCRIPTIONS.items() if kind in scenario.accepted_answers)


def _answer_text(context: ScenarioCheckContext) -> str | None:
    return context.answer.text
