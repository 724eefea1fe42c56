"""What a run tells while it goes: consumers read these and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from imagesearch_conformance.clients.scenario import ClientRunData
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.deviation import DeviationResult
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.finding import Judgement
from imagesearch_conformance.model.outcome import Verdict
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.outcomes import CaseResult, RequirementResult
from imagesearch_conformance.recordings.har import RecordingSummary
from imagesearch_conformance.settings.options import Options


@frozen
class RunPlanned:
    """The cases are known; `requests` is how many are sent at the most, those of the survey included."""

    cases: tuple[Case, ...]
    request_count: int


@frozen
class CaseFinished:
    """One case came out."""

    result: CaseResult


@frozen
class GeneratedExample:
    """One generated request: the requirement of its source, and what became of it."""

    source: str
    result: CaseResult


@frozen
class RunRecord:
    """A whole run: what was set, what came out, and whether all of it was reached.

    `trouble` says why a run stopped early or could not judge; `run_judgements` are those of
    requirements that speak of a whole run, `exchanges` all that were made, the survey's included,
    `deviations` what became of the departures that are known. `generated` are all examples, those
    among `cases` too; `denials` are refusals for the number of requests that were waited out, each
    with the case that met it; `survey` is what the cases were made of, where there was one, `gated` the client
    where the subject was one: then `target` is what it was made to talk to. `recording` says what traffic was judged
    where others had recorded it: nothing was sent then.
    """

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
    survey: Survey | None = None
    client_data: ClientRunData | None = None
    recording: RecordingSummary | None = None


@frozen
class RunFinished:
    """The run is over."""

    record: RunRecord


Event = RunPlanned | CaseFinished | RunFinished
