"""Events of a run, and the record that the last one carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from imagesearch_conformance.clients.scenario import ClientRunData
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.client import ClientInfo
from imagesearch_conformance.model.finding import Judgement, Verdict
from imagesearch_conformance.model.requirement import DeviationResult
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import Exchange
from imagesearch_conformance.outcomes import CaseResult, RequirementResult
from imagesearch_conformance.recordings.har import RecordingSummary
from imagesearch_conformance.settings.options import Options


@frozen
class RunPlanned:
    """The cases are known; `request_count` is the maximum number of requests, including the survey."""

    cases: tuple[Case, ...]
    request_count: int


@frozen
class CaseFinished:
    """A case has a result."""

    result: CaseResult


@frozen
class GeneratedExample:
    """One generated request: the requirement of its source, and its result."""

    source: str
    result: CaseResult


@frozen
class EndpointSubject:
    """An endpoint under test; `survey` is None if the survey failed."""

    survey: Survey | None


@frozen
class RecordingSubject:
    """One side of a recording: the client if `client` is set, otherwise the endpoint. Nothing was sent."""

    summary: RecordingSummary
    client: ClientInfo | None = None


Subject = EndpointSubject | ClientRunData | RecordingSubject


@frozen(kw_only=True)
class RunRecord:
    """A finished run: what was tested, the options, and every result.

    `target` is the endpoint; in a run against a client, the server that the client talks to. `stop_reason` says why
    the run stopped early or could not judge anything. `run_judgements` are judgements of all exchanges together, by
    requirement; `exchanges` includes those of the survey. `generated_examples` includes examples that are among
    `cases` too; `rate_limited_exchanges` are those that were retried, each with its case.
    """

    subject: Subject
    contract: Contract
    options: Options
    target: Target
    started_at: datetime
    seconds: float
    request_count: int
    complete: bool
    stop_reason: str | None
    verdict: Verdict
    cases: tuple[CaseResult, ...]
    requirements: tuple[RequirementResult, ...]
    run_judgements: Mapping[str, Judgement]
    exchanges: tuple[Exchange, ...] = ()
    deviations: tuple[DeviationResult, ...] = ()
    generated_examples: tuple[GeneratedExample, ...] = ()
    rate_limited_exchanges: tuple[tuple[Case, Exchange], ...] = ()

    @property
    def client_info(self) -> ClientInfo | None:
        """The client that was judged; None if an endpoint was."""
        match self.subject:
            case EndpointSubject():
                return None
            case ClientRunData():
                return self.subject.info
            case RecordingSubject():
                return self.subject.client


@frozen
class RunFinished:
    """The run is over."""

    record: RunRecord


Event = RunPlanned | CaseFinished | RunFinished
