"""Judgements of a client's requests and of its scenario runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.checks.violations import signature_defects
from imagesearch_conformance.clients.checks.answer import ADAPTER_REQUIREMENTS, check_adapter_failure, check_answer
from imagesearch_conformance.clients.checks.context import DefectFinder, RequestCheckContext, ScenarioCheckContext
from imagesearch_conformance.clients.checks.parameters import check_values
from imagesearch_conformance.clients.checks.request import check_redirect, check_requests, check_retries, check_secret
from imagesearch_conformance.clients.scenario import ScenarioRun
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AnswerKind
from imagesearch_conformance.model.finding import Finding, Judgement
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange

#: The requirement that every line of output exercises.
OUTPUT_REQUIREMENT = "adapter.output"

#: Without these the values of parameters cannot be judged: they are unreadable, or those of another operation.
_BLOCKING_REQUIREMENTS = frozenset({"operation.method", "operation.action", "wire.form"})


def judge_request(
    context: RequestCheckContext,
    exchange: Exchange,
    *,
    earlier: Sequence[Exchange] = (),
    used_nonces: frozenset[str] = frozenset(),
    with_values: bool = False,
) -> Judgement:
    """Judge one request, whether or not the context knows the arguments of the call.

    `earlier` are exchanges with the same nonce, `used_nonces` the nonces of any other earlier requests. With
    `with_values`, the values of parameters are judged too, by the requirements of endpoints.
    """
    results = _known_results(
        context.contract,
        (
            *check_requests(context, (exchange,), earlier=earlier, used_nonces=used_nonces),
            check_secret(context, (*earlier, exchange)),
        ),
    )
    violated = {result.requirement for result in results if result.finding is not None}
    if with_values and not _BLOCKING_REQUIREMENTS & violated:
        results += check_values(context, exchange.request)
    return _aggregate(results)


def judge_scenario_run(
    contract: Contract, target: Target, scenario_run: ScenarioRun, find_defects: DefectFinder = signature_defects
) -> Judgement:
    """Judge the requests and the answer of a client in one scenario."""
    context = ScenarioCheckContext(contract, target, scenario_run, find_defects=find_defects)
    return _aggregate(_known_results(contract, _check_scenario_run(context)))


def judge_output(contract: Contract, noise: Sequence[str]) -> dict[str, Judgement]:
    """Judge the lines on standard output that were not messages, once for a whole run."""
    entry = contract.client_requirements.get(OUTPUT_REQUIREMENT)
    if entry is None:
        return {}
    message = f"{len(noise)} or more lines are not messages" if len(noise) > 1 else "a line is not a message"
    expected = ("one JSON object per line",)
    findings = (Finding(OUTPUT_REQUIREMENT, entry.level, message, expected, noise[0]),) if noise else ()
    return {OUTPUT_REQUIREMENT: Judgement(frozenset({OUTPUT_REQUIREMENT}), findings)}


def _known_results(contract: Contract, results: Iterable[CheckResult]) -> list[CheckResult]:
    """Return the results for requirements that the contract has for clients."""
    return [result for result in results if result.requirement in contract.client_requirements]


def _aggregate(results: Iterable[CheckResult]) -> Judgement:
    """Return the requirements exercised, with the first finding of each."""
    exercised: set[str] = set()
    findings: dict[str, Finding] = {}
    for result in results:
        exercised.add(result.requirement)
        if result.finding is not None:
            findings.setdefault(result.requirement, result.finding)
    return Judgement(frozenset(exercised), tuple(findings.values()))


def _check_scenario_run(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    scenario_run, answer = context.scenario_run, context.answer
    yield from check_requests(context, context.exchanges, used_nonces=scenario_run.used_nonces)
    texts = (answer.body, answer.message, answer.text, answer.code, answer.request_id)
    yield check_secret(context, scenario_run.all_exchanges, (str(text) for text in texts if text is not None))
    yield from check_redirect(context)
    if answer.kind is AnswerKind.ADAPTER_FAILURE:
        yield from check_adapter_failure(context)
        return
    yield context.pass_requirement("process.robust" if context.scenario.undocumented_behaviour else "process.survives")
    yield from map(context.pass_requirement, dict.fromkeys(ADAPTER_REQUIREMENTS.values()))
    exchanges = scenario_run.exchanges
    if exchanges and not exchanges[-1].request.method:
        # The response was that of the server to input that is not HTTP, and not one of the scenario.
        return
    yield from check_retries(context)
    yield from check_answer(evolve(context, index=max(0, len(exchanges) - 1)))
