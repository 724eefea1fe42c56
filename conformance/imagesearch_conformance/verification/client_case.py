"""Judging the cases of a client again, and comparison of a case with its scenario."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from attrs import define, evolve, field

from imagesearch_conformance.clients.checks.answer import describe_accepted_answers
from imagesearch_conformance.clients.checks.context import DefectFinder
from imagesearch_conformance.clients.checks.request import REPLAY_REQUIREMENT, SECRET_REQUIREMENT, signature_nonce
from imagesearch_conformance.clients.judge import judge_scenario_run
from imagesearch_conformance.clients.scenario import Scenario, ScenarioRun, accepts_gzip
from imagesearch_conformance.clients.server.connection import error_response, select_response
from imagesearch_conformance.clients.server.request_parser import MAX_BODY_SIZE
from imagesearch_conformance.clients.server.script import ScriptedResponse
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.finding import Finding, Judgement, Outcome
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.outcomes import CaseResult, Policy
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES, REDACTED, Redactor, has_redacted_secret
from imagesearch_conformance.reports.certificate import REPORT_FILE
from imagesearch_conformance.runner.client_run import build_case_result
from imagesearch_conformance.verification.difference import Difference
from imagesearch_conformance.verification.report_entries import ReportEntry, StoredExchange

#: Serializes values without secrets as a report does.
_NO_REDACTION = Redactor(())


def has_answer(entry: ReportEntry) -> bool:
    """Return True if the client was called."""
    return entry.data.get("answer") is not None


def restore_scenario_run(
    entry: ReportEntry, scenario: Scenario, used_nonces: frozenset[str] = frozenset()
) -> ScenarioRun:
    """Return what the client did, with the responses of the scenario; `used_nonces` are those of earlier requests."""
    exchanges, other_exchanges = (
        [stored for stored in entry.stored_exchanges if stored.at_other_endpoint is at_other_endpoint]
        for at_other_endpoint in (False, True)
    )
    return ScenarioRun(
        scenario,
        _parse_answer(entry.data["answer"]),
        tuple(_with_scripted_responses(exchanges, scenario.script.responses)),
        tuple(_with_scripted_responses(other_exchanges, scenario.script.other_responses)),
        used_nonces,
    )


def apply_scenario(entry: ReportEntry, scenario: Scenario) -> ReportEntry:
    """Return the entry with the accepted answers of its scenario.

    If anything that the client sent or returned was redacted, all its exchanges count as redacted.
    """
    if not has_answer(entry):
        return entry
    is_hidden = is_obscured(entry)
    stored = tuple(
        evolve(exchange, is_redacted=exchange.is_redacted or is_hidden) for exchange in entry.stored_exchanges
    )
    return evolve(entry, stored_exchanges=stored, accepted_outcomes=describe_accepted_answers(scenario))


def is_obscured(entry: ReportEntry) -> bool:
    """Return True if anything but a signature was redacted or clipped in what the client sent or returned."""
    return _is_clipped(entry) or any(map(has_redacted_secret, _client_texts(entry)))


def is_redacted(entry: ReportEntry) -> bool:
    """Return True if anything was redacted or clipped there, signatures included: a client may put anything in one."""
    return _is_clipped(entry) or any(REDACTED in text for text in _client_texts(entry))


def _is_clipped(entry: ReportEntry) -> bool:
    return any(len(text) > MAX_STORED_BODY_BYTES for text in _json_texts(entry.data["answer"]))


def _client_texts(entry: ReportEntry) -> Iterator[str]:
    yield from _json_texts(entry.data.get("call"))
    yield from _json_texts(entry.data["answer"])
    for stored in entry.stored_exchanges:
        yield from _request_texts(stored.exchange.request)


def compare_scenario(entry: ReportEntry, scenario: Scenario) -> Iterator[Difference]:
    """Yield the differences between a case and its scenario: definition, call and responses."""
    where = f"case {scenario.id}"
    if entry.case != scenario.case:
        yield Difference(REPORT_FILE, f"{where}: definition", "another definition", "the definition of the suite")
    if not has_answer(entry):
        return
    reported, expected = entry.data.get("call"), _NO_REDACTION.redact_value(dict(scenario.call))
    # As text, since == ignores the order of members and takes true for 1.
    if json.dumps(reported) != json.dumps(expected) and not any(map(has_redacted_secret, _json_texts(reported))):
        yield Difference(REPORT_FILE, f"{where}: call", reported, expected)
    yield from _compare_responses(where, entry, restore_scenario_run(entry, scenario))


def _compare_responses(where: str, entry: ReportEntry, scenario_run: ScenarioRun) -> Iterator[Difference]:
    pairs = list(zip(entry.data["exchanges"], entry.stored_exchanges, strict=True))
    ordered = sorted(pairs, key=lambda pair: pair[1].at_other_endpoint)
    if ordered != pairs:
        yield Difference(REPORT_FILE, f"{where}: exchanges", "another order", "those with the other endpoint last")
    for index, ((data, stored), exchange) in enumerate(zip(ordered, scenario_run.all_exchanges, strict=True)):
        reported, expected = data["response"], _NO_REDACTION.serialize_exchange(exchange, "")["response"]
        has_same_status = reported["status"] == expected["status"]
        if not has_same_status or (reported != expected and not stored.is_redacted):
            yield Difference(
                REPORT_FILE, f"{where}: response {index}", "another response", "the response of the scenario"
            )


def _with_scripted_responses(
    stored_exchanges: Iterable[StoredExchange], responses: tuple[ScriptedResponse, ...]
) -> Iterator[Exchange]:
    """Yield each exchange with its response: a scripted one, or an error for an invalid or too large request."""
    scripted_count = 0
    for stored in stored_exchanges:
        response = _error_response(stored)
        if response is None:
            response, scripted_count = select_response(responses, scripted_count), scripted_count + 1
        yield evolve(stored.exchange, response=response.wire)


def _error_response(stored: StoredExchange) -> ScriptedResponse | None:
    request, too_large = stored.exchange.request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not request.method:
        return error_response(HTTPStatus.BAD_REQUEST)
    # The stored body, a text without the signature, differs in length from the one that was sent.
    if stored.exchange.response.status == too_large and len(request.body) > MAX_BODY_SIZE // 2:
        return error_response(too_large)
    return None


def _parse_answer(data: Mapping[str, Any]) -> Answer:
    failure = data.get("adapterFailure")
    return Answer(
        AnswerKind(data["kind"]),
        **{name: data.get(name) for name in ("status", "body", "code", "message", "text")},
        request_id=data.get("requestId"),
        adapter_failure=None if failure is None else AdapterFailure(failure),
        seconds=data.get("seconds", 0.0),
    )


def _request_texts(request: WireRequest) -> Iterator[str]:
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (text for header in request.headers for text in header)


def _json_texts(value: Any) -> Iterator[str]:
    """Yield every text in a JSON value, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from value
        yield from (text for member in value.values() for text in _json_texts(member))
    elif isinstance(value, list):
        yield from (text for item in value for text in _json_texts(item))


@define
class ClientCaseSequence:
    """Judges one case after the other; `stop_reason` is the reason why the run ended early, if it did.

    Calls that belong to no case are not in the report: `_may_miss_calls` is set once there may have been one.
    """

    contract: Contract
    target: Target
    policy: Policy
    deselected_requirements: frozenset[str]
    stop_reason: str | None
    defects: DefectFinder
    any_answered: bool = field(default=False, init=False)
    _used_nonces: set[str] = field(factory=set, init=False)
    _any_request: bool = field(default=False, init=False)
    _accepts_gzip: bool = field(default=False, init=False)
    _may_miss_calls: bool = field(default=False, init=False)
    _has_ended: bool = field(default=False, init=False)

    def judge_next(self, entry: ReportEntry, scenario: Scenario) -> CaseResult | str:
        """Return the result of the next case, or a description of a faulty entry."""
        # Without an earlier request, the runner makes a call of its own to learn which codings the client accepts.
        self._may_miss_calls = self._may_miss_calls or (scenario.requires_gzip and not self._any_request)
        if not has_answer(entry):
            return self._judge_without_answer(entry, scenario)
        if self._has_ended:
            return "exchanges after the end of the run"
        if scenario.requires_gzip and not self._accepts_gzip and not self._may_miss_calls:
            return CaseResult(scenario.case, Outcome.NOT_APPLICABLE, exchanges=entry.exchanges)
        scenario_run = restore_scenario_run(entry, scenario, frozenset(self._used_nonces))
        result = build_case_result(
            scenario_run,
            lambda scenario_run: self._judge_scenario_run(scenario_run, entry),
            self.policy,
            self.deselected_requirements,
        )
        self._update_state(scenario_run)
        return result

    def _judge_without_answer(self, entry: ReportEntry, scenario: Scenario) -> CaseResult | str:
        """A case without an answer was not reached before the end of the run, or does not apply to the client."""
        outcome = Outcome(entry.data["outcome"])
        if outcome is Outcome.SKIPPED and self.stop_reason is not None:
            self._has_ended = True
            return CaseResult(scenario.case, outcome, reason=self.stop_reason)
        if outcome is Outcome.NOT_APPLICABLE and scenario.requires_gzip and not self._accepts_gzip:
            return CaseResult(scenario.case, outcome, reason="the client does not accept compressed responses")
        return "no answer to a call"

    def _update_state(self, scenario_run: ScenarioRun) -> None:
        requests = [exchange.request for exchange in scenario_run.all_exchanges]
        self._used_nonces.update(nonce for nonce in map(signature_nonce, requests) if nonce is not None)
        self._any_request = self._any_request or bool(requests)
        self._accepts_gzip = self._accepts_gzip or any(map(accepts_gzip, requests))
        has_failed = scenario_run.answer.kind is AnswerKind.ADAPTER_FAILURE
        self.any_answered = self.any_answered or not has_failed
        # The runner makes a call of its own to learn whether the client still responds.
        self._may_miss_calls = self._may_miss_calls or (has_failed and not scenario_run.scenario.undocumented_behaviour)

    def _judge_scenario_run(self, scenario_run: ScenarioRun, entry: ReportEntry) -> Judgement:
        """Judge a case again; findings that redaction or missing calls hide are taken from the report."""
        judgement = judge_scenario_run(self.contract, self.target, scenario_run, self.defects)
        trusted = {REPLAY_REQUIREMENT} if self._may_miss_calls else set()
        trusted |= {SECRET_REQUIREMENT} if is_redacted(entry) else set()
        trusted &= judgement.exercised - {finding.requirement for finding in judgement.findings}
        reported = (finding for finding in entry.data["findings"] if finding["requirement"] in trusted)
        return Judgement(judgement.exercised, (*judgement.findings, *map(self._restore_finding, reported)))

    def _restore_finding(self, data: dict[str, Any]) -> Finding:
        requirement = self.contract.requirements[data["requirement"]]
        place = data["where"], Grade.DOCUMENTED, data.get("exchange", 0)
        return Finding(requirement.id, requirement.level, data["message"], (), None, *place)
