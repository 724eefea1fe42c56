"""The only module here that imports the package or its tests: whatever is renamed there is renamed here alone.

Every function takes and returns plain values: names, numbers, lists, dictionaries. Imports stand in the functions, so
that a part whose imports fail does not stop the others.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.hostile.talking import Talk

    from imagesearch_conformance.clients.scenario import Scenario
    from imagesearch_conformance.clients.server.script import Piece
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.emulator.store import Store
    from imagesearch_conformance.model.case import Case
    from imagesearch_conformance.model.client import AnswerKind
    from imagesearch_conformance.model.target import Credentials, Target
    from imagesearch_conformance.outcomes import CaseResult, RequirementResult
    from imagesearch_conformance.runner.events import Event, RunRecord
    from imagesearch_conformance.selfcheck.trial_runner import TrialRunner

Plain = dict[str, Any]

#: When requests are signed whose bytes are recorded.
_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


# The package and its tests.


@cache
def root() -> Path:
    """Return the root of the tree whose package is imported."""
    import imagesearch_conformance

    return Path(imagesearch_conformance.__file__).resolve().parents[2]


@cache
def enable_tests() -> None:
    """Make the tests of the same tree importable as `tests`."""
    tests = ModuleType("tests")
    tests.__path__ = [str(root() / "tests")]
    sys.modules["tests"] = tests


@cache
def revisions() -> tuple[str, ...]:
    """Return the names of all revisions of the contract, the first one first."""
    contract = _contract()
    return (contract.revision, *(one for one in contract.spec_files.revisions if one != contract.revision))


@cache
def _contract(revision: str | None = None) -> Contract:
    from imagesearch_conformance.contract import load

    return load(None, revision)


def requirement_ids() -> frozenset[str]:
    """Return the ids of all requirements, for endpoints and clients, of all revisions."""
    contracts = [_contract(one) for one in revisions()]
    return frozenset().union(*(one.requirements for one in contracts), *(one.client_requirements for one in contracts))


def is_refusal(problem: Exception) -> bool:
    """Return whether an exception is one that the package raises on purpose."""
    from imagesearch_conformance.errors import ConformanceError

    return isinstance(problem, ConformanceError)


# What came out of a run.


def _last_record(events: Iterable[Event]) -> RunRecord:
    """Run to the end, and return what is recorded there."""
    from imagesearch_conformance.runner.events import RunFinished

    *_, last = events
    assert isinstance(last, RunFinished)
    return last.record


def exit_code(record: RunRecord) -> int:
    """Return the exit code that the command line has for a record."""
    from imagesearch_conformance.cli.run_and_report import _EXIT_CODES

    return int(_EXIT_CODES[record.verdict])


def plain_record(record: RunRecord, *, exercised: bool = False) -> Plain:
    """Return what came out of a run; `exercised` adds the cases that every requirement was seen in.

    Bursts are sent by several threads until one request is refused: once in a thousand runs `requests` differs by that.
    """
    plain: Plain = {
        "verdict": record.verdict.value,
        "exit": exit_code(record),
        "complete": record.complete,
        "trouble": record.stop_reason is not None,
        "requests": record.request_count,
        "requirements": {one.requirement.id: _outcome(one) for one in record.requirements},
        "cases": {one.case.id: _case(one) for one in record.cases},
    }
    if exercised:
        plain["exercised"] = {one.requirement.id: sorted(one.cases) for one in record.requirements}
    return plain


def short_record(record: RunRecord) -> Plain:
    """Return the verdict, the requirements that were not met, and the number of requests."""
    whole = plain_record(record)
    unmet = {name: said for name, said in whole["requirements"].items() if said.split(",")[0] in _UNMET}
    return {name: whole[name] for name in ("verdict", "exit", "requests")} | {"requirements": unmet}


_UNMET = ("failed", "warned", "errored")


def _outcome(result: CaseResult | RequirementResult) -> str:
    return f"{result.outcome.value}, with a reason" if result.reason else str(result.outcome.value)


def _case(result: CaseResult) -> list[str]:
    """The outcome of a case, then the requirements of its findings."""
    return [_outcome(result), *sorted(one.requirement for one in result.judgement.findings)]


def plain_report(document: Plain) -> Plain:
    """Return what a report says, as JSON: the only place that knows its keys."""
    return {
        "verdict": document["verdict"],
        "complete": document["complete"],
        "trouble": document["stopReason"] is not None,
        "requests": document["requests"],
        "requirements": {one["id"]: _report_outcome(one) for one in document["requirements"]},
        "cases": {one["id"]: _report_case(one) for one in document["cases"]},
    }


def _report_outcome(entry: Plain) -> str:
    return f"{entry['outcome']}, with a reason" if entry.get("reason") else str(entry["outcome"])


def _report_case(entry: Plain) -> list[str]:
    return [_report_outcome(entry), *sorted(one["requirement"] for one in entry["findings"])]


# The emulator in process, on a clock that only requests move.


def fault_names(revision: str) -> tuple[str, ...]:
    """Return the names of all faults of a revision."""
    from imagesearch_conformance.emulator.faults import contract_faults

    return tuple(contract_faults(_contract(revision)))


def variation_names(revision: str) -> tuple[str, ...]:
    """Return the names of all variations of a revision that conform."""
    from imagesearch_conformance.emulator.settings import variations

    return tuple(variations(_contract(revision)))


def habit_names() -> tuple[str, ...]:
    """Return the habits of gateways that the tests put before the emulator."""
    enable_tests()
    from tests.endpoint_runs.test_unusual_endpoints import RESPONSE_CHANGES

    return tuple(RESPONSE_CHANGES)


@cache
def _bench(revision: str) -> TrialRunner:
    from imagesearch_conformance.selfcheck.trial_runner import TrialRunner

    bench = TrialRunner.from_spec(None, revision)
    bench.fill_cache()
    return bench


def _fix_generation() -> None:
    """Keep Hypothesis from drawing on literals of whatever local modules are loaded: they change with every edit."""
    from hypothesis.internal.conjecture import providers

    providers._get_local_constants = providers.Constants


def run_emulator(revision: str, kind: str, name: str, **options: Any) -> RunRecord:
    """Run the suite against the emulator (`kind`: reference, variation or fault) and return the record."""
    if options.get("examples"):
        _fix_generation()
    from imagesearch_conformance.runner.endpoint_run import EndpointRun
    from imagesearch_conformance.selfcheck.trial import Variant, VariantKind
    from imagesearch_conformance.settings.options import Options

    bench = _bench(revision)
    with bench._in_process_dispatcher(Variant(VariantKind(kind), name, revision), None) as dispatcher:
        target = dispatcher.encoder.target
        given = Options(jobs=1, **options)
        run = EndpointRun(bench.contract, target, given, dispatcher, judge=bench.cache.judge)
        return _last_record(run.events())


def run_habit(revision: str, name: str) -> RunRecord:
    """Run the suite against the emulator behind a gateway with a habit, and return the record."""
    enable_tests()
    from tests.endpoint_runs.test_unusual_endpoints import (
        RESPONSE_CHANGES,
        SIGNATURE_REQUIRED,
        rewrite_responses,
        without_fault_header,
    )

    from imagesearch_conformance.emulator import Emulator
    from imagesearch_conformance.emulator.target import build_target as emulated
    from imagesearch_conformance.runner.dispatcher import Dispatcher
    from imagesearch_conformance.runner.endpoint_run import EndpointRun
    from imagesearch_conformance.selfcheck.trial_runner import SimulatedClock, SimulatedThrottle
    from imagesearch_conformance.settings.options import Options
    from imagesearch_conformance.transport.request_encoder import RequestEncoder
    from imagesearch_conformance.transport.sender import InProcessSender

    contract, around = _contract(revision), rewrite_responses(RESPONSE_CHANGES[name][0])
    emulator, clock = Emulator(contract, SIGNATURE_REQUIRED), SimulatedClock(0.0)
    target = without_fault_header(emulated(contract, "http://127.0.0.1:8080", SIGNATURE_REQUIRED))
    sender = InProcessSender(lambda sent: around(lambda received: emulator.handle(received, clock.current_time), sent))
    dispatcher = Dispatcher(
        RequestEncoder(contract, target), sender, SimulatedThrottle(clock, 0.0), clock.runtime_environment(), 10.0
    )
    return _last_record(EndpointRun(contract, target, Options(jobs=1), dispatcher).events())


# What is planned.


def plan_endpoint(revision: str, **options: Any) -> Plain:
    """Return the plan of a run against the emulator: the cases in their order, and how many requests they cost."""
    from imagesearch_conformance.cases.build import build_cases
    from imagesearch_conformance.runner.case_priority import load_case_priority
    from imagesearch_conformance.runner.plan import build_plan
    from imagesearch_conformance.runner.survey import SurveyFailed, run_survey, survey_probes
    from imagesearch_conformance.selfcheck.trial import Variant, VariantKind
    from imagesearch_conformance.settings.options import Options

    bench, contract, given = _bench(revision), _contract(revision), Options(jobs=1, **options)
    with bench._in_process_dispatcher(Variant(VariantKind.REFERENCE, "reference", revision), None) as dispatcher:
        target = dispatcher.encoder.target
        learned = run_survey(dispatcher, contract, target)
        assert not isinstance(learned, SurveyFailed)
    cases = build_cases(contract, target.with_images(learned.discovered_images), learned, given.seed, given.examples)
    made = build_plan(contract, cases, given, survey_probes(contract, target, given.budget), load_case_priority())
    return {
        "requests": made.request_count,
        "built": [one.id for one in cases],
        "planned": [one.id for one in made.cases],
        "beyond the budget": [one.id for one in made.over_budget],
        "unselected": [one.id for one in made.unselected],
        "cases": {one.id: _planned_case(contract, target, one) for one in cases},
    }


def _planned_case(contract: Contract, target: Target, case: Case) -> Plain:
    from imagesearch_conformance.runner.plan import case_area
    from imagesearch_conformance.transport.request_encoder import RequestEncoder

    encoder, sent = RequestEncoder(contract, target), []
    for probe in case.probes:
        wire = encoder.encode(probe, _NOW, "nonce")
        sent.append([wire.method, wire.target, sorted(wire.headers), wire.body.decode("latin-1"), probe.fresh])
    return {
        "requirements": list(case.requirements),
        "area": case_area(contract, case),
        "accepted": sorted(f"{one.status} {one.code} {one.grade.value}" for one in case.expectation.acceptances),
        "relation": None if case.relation is None else case.relation.value,
        "interpretation": case.interpretation if case.interpretation is None else _digest(case.interpretation),
        "requests": case.max_requests,
        "burst": case.burst_size,
        "examples": case.examples,
        "applicable": case.not_applicable_reason is None,
        "sent": _digest(sent),
    }


def plan_client(revision: str) -> Plain:
    """Return the build_scenarios for clients in their order, with what is asked and what is answered in each."""
    from imagesearch_conformance.clients.scenarios.build import build_scenarios
    from imagesearch_conformance.clients.server.scripted_server import build_server_target
    from imagesearch_conformance.model.target import Credentials

    contract, here = _contract(revision).for_clients(), "http://127.0.0.1:1"
    found = build_scenarios(
        contract, build_server_target(contract, here, Credentials("key", "secret")), "http://localhost:2"
    )
    return {"planned": [one.id for one in found], "cases": {one.id: _planned_scenario(one) for one in found}}


def _planned_scenario(scenario: Scenario) -> Plain:
    responses = (*scenario.script.responses, *scenario.script.other_responses)
    return {
        "requirements": list(scenario.case.requirements),
        "accepted": sorted(map(_answer_kind, scenario.accepted_answers)),
        "tolerated": sorted(map(_answer_kind, scenario.tolerated_answers)),
        "call": _digest(scenario.call),
        "about": sorted(scenario.parameters_under_test),
        "fields": sorted(scenario.fields_under_test),
        "kind": [scenario.undocumented_behaviour, scenario.follows_redirects, scenario.requires_gzip],
        "statuses": [one.wire.status for one in responses],
        "answers": _digest([[*map(_piece, one.pieces), one.end.value] for one in responses]),
    }


def _answer_kind(kind: AnswerKind) -> str:
    """The kind of an answer, by the name that it had when recordings began."""
    return {"argumentsRefused": "refused"}.get(kind.value, kind.value)


def _piece(piece: Piece) -> str:
    """A part of a scripted answer: its bytes, or how long nothing is sent."""
    return piece.decode("latin-1") if isinstance(piece, bytes) else str(getattr(piece, "seconds", "for ever"))


def describe_register(revision: str, *, client: bool) -> Plain:
    """Return level and case_area of every requirement of endpoints or of clients."""
    contract = _contract(revision)
    chosen = contract.client_requirements if client else contract.requirements
    return {
        name: [one.level.value, one.area, one.judged.value, bool(one.needs), bool(one.interpretation)]
        for name, one in chosen.items()
    }


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# Clients in process, which talk to the scripted server over a socket.


def client_names() -> dict[str, tuple[str, ...]]:
    """Return the names of all clients that the tests have, by what they are."""
    enable_tests()
    from tests.clients.broken.catalogue import CATALOGUE
    from tests.clients.conforming.catalogue import RIGHT
    from tests.clients.conforming.test_nonconforming import WRONG

    contract = _contract()
    places = (one.key + (".item" if one.path[-1] == "*" else "") for one in contract.success_fields)
    return {
        "correct": ("correct",),
        "broken": tuple(one.name for one in CATALOGUE),
        "field": tuple(f"{one} {how}" for one in places for how in ("lost", "another", "other-type")),
        "code": tuple(f"{row.code} {how}" for row in contract.errors.documented_rows for how in ("status", "message")),
        "conforming": tuple(RIGHT),
        "wrong": tuple(WRONG),
    }


def run_client(revision: str, kind: str, name: str, *, whole: bool) -> RunRecord:
    """Run a client of the tests through all build_scenarios, or those that show most of it, and return the record."""
    enable_tests()
    if kind in {"conforming", "wrong"}:
        return _run_conforming(revision, kind, name, whole=whole)
    from tests.clients.broken.catalogue import CATALOGUE
    from tests.clients.broken.client import Client
    from tests.clients.broken.test_catalogue import (
        CORE,
        change_type,
        change_value,
        error_changing_client,
        field_changing_client,
    )

    client, timeout = Client, 5.0
    shown: tuple[str, ...] = CORE
    if kind == "broken":
        defect = next(one for one in CATALOGUE if one.name == name)
        client, timeout = defect.client, defect.timeout
        shown = (*CORE, *defect.scenarios)
    elif kind == "field":
        change = {"lost": lambda _: None, "another": change_value, "other-type": change_type}[name.split()[1]]
        places = {one.key + (".item" if one.path[-1] == "*" else ""): one for one in _contract().success_fields}
        client = field_changing_client(places[name.split(maxsplit=1)[0]].path, change)
        shown = ("decoding.full",)
    elif kind == "code":
        client = error_changing_client(*name.split())
        shown = tuple(f"error.{row.code}.status" for row in _contract().errors.documented_rows)
    return _gate(revision, lambda here, key: client(here, key.access_key_id, key.access_key_secret),
                 ("key-of-the-test", "kept-secret-0123456789"), () if whole else shown, timeout)  # fmt: skip


def _run_conforming(revision: str, kind: str, name: str, *, whole: bool) -> RunRecord:
    from attrs import evolve
    from tests.clients.conforming import catalogue, test_nonconforming
    from tests.clients.conforming.catalogue import RIGHT
    from tests.clients.conforming.conftest import KEY, SECRET, Client
    from tests.clients.conforming.scenarios import LATER_REVISION
    from tests.clients.conforming.test_conforming import change_client
    from tests.clients.conforming.test_nonconforming import WRONG

    # Nonces that are counted begin anew: which of them are equal would depend on the clients before.
    catalogue.COUNTER = test_nonconforming.COUNTER = count()
    changes, shown, _ = (RIGHT if kind == "conforming" else WRONG)[name]
    client = changes(Client()) if callable(changes) else change_client(Client(), changes)
    later = LATER_REVISION if revision != revisions()[0] else ()
    return _gate(revision, lambda here, _: evolve(client, endpoint=here),
                 (KEY, SECRET), () if whole else (*shown, *later), 10.0)  # fmt: skip


def _gate(
    revision: str, make: Callable[[str, Credentials], Any], key: tuple[str, str], select: Iterable[str], timeout: float
) -> RunRecord:
    from imagesearch_conformance.clients.driver import CallableDriver
    from imagesearch_conformance.clients.server.scripted_server import ScriptedServer, build_server_target
    from imagesearch_conformance.model.target import Credentials
    from imagesearch_conformance.runner.client_run import ClientRun
    from imagesearch_conformance.settings.options import Options

    contract, credentials = _contract(revision).for_clients(), Credentials(*key)
    chosen = tuple(select)
    options = Options(select=chosen, deselect=() if chosen else ("network.stalled",))
    with ScriptedServer(lambda: datetime.now(UTC)) as stage:
        target = build_server_target(contract, stage.endpoint, credentials)
        driver = CallableDriver(make(stage.endpoint, credentials), timeout, time.monotonic)
        gate = ClientRun(
            contract, target, stage.other_endpoint, options, driver, stage, lambda: datetime.now(UTC), time.perf_counter
        )
        record = _last_record(gate.events())
        driver.close()
    return record


# Commands, as users give them, in this process.


def run_command(words: Iterable[str], **variables: str) -> tuple[int, str]:
    """Run a command of the command line in the working directory; return its exit code and what it printed."""
    from click.testing import CliRunner

    from imagesearch_conformance.cli.main import main

    result = CliRunner().invoke(main, list(words), env=variables)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def read_report(directory: Path) -> Plain | None:
    """Return what the report in a directory says, or None where there is none."""
    path = directory / "report.json"
    return plain_report(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def judge_recording(words: Iterable[str], variables: dict[str, str]) -> Plain:
    """Run `judge` with reports in `judged`; all formats but the one that is read are left out."""
    from imagesearch_conformance.reports import write

    def report_alone(report: Plain) -> tuple[str, ...]:  # noqa: ARG001 whatever the report
        return ("report.json",)

    usual, write.output_files = write.output_files, report_alone
    try:
        code, _ = run_command(["judge", *words, "--reports", "judged"], **variables)
    finally:
        write.output_files = usual
    path = Path("judged", "report.json")
    if not path.exists():
        return {"exit": code}
    document = json.loads(path.read_text(encoding="utf-8"))
    counts = {name: document["recording"][key] for name, key in _COUNTS.items() if key in document["recording"]}
    return {"exit": code, **plain_report(document), "recording": counts}


#: What is counted of a recording, and the keys of the report.
_COUNTS = {
    "entries": "entries",
    "judged": "judged",
    "others": "otherRequests",
    "elsewhere": "otherEndpoints",
    "repeated": "duplicates",
    "unreadable": "unreadable",
}


# Runs over HTTP, their certificates, and reports that somebody changed.


@cache
def _store(revision: str) -> Store:
    from imagesearch_conformance.emulator.store import Store

    return Store.from_contract(_contract(revision))


def certify(directory: Path, revision: str, faults: tuple[str, ...], select: Iterable[str]) -> int:
    """Certify an emulator with faults over HTTP, with all reports in a directory; return the exit code."""
    with _served(revision, faults) as profile:
        words = [word for one in select for word in ("--select", one)]
        return run_command(
            [
                "run",
                "--profile",
                profile,
                "--reports",
                str(directory),
                "--quiet",
                "--examples",
                "0",
                "--jobs",
                "1",
                *words,
            ]
        )[0]


@contextmanager
def _served(revision: str, faults: tuple[str, ...]) -> Iterator[str]:
    """Serve an emulator with faults, and yield the file of its profile."""
    from imagesearch_conformance.emulator import Emulator, EmulatorSettings
    from imagesearch_conformance.emulator.server import serve
    from imagesearch_conformance.emulator.target import build_target as emulated
    from imagesearch_conformance.emulator.target import format_profile

    contract, settings = _contract(revision), EmulatorSettings(qps=None, faults=faults)
    with serve(Emulator(contract, settings, store=_store(revision))) as endpoint:
        path = Path("emulator.toml").resolve()
        path.write_text(format_profile(emulated(contract, endpoint, settings)), encoding="utf-8")
        yield str(path)


def gate_adapter(directory: Path, *, forgetful: bool) -> int:
    """Run the adapter that ships, or one whose client forgets a parameter, as a process; return the exit code."""
    enable_tests()
    from tests.cli.test_verify_client import ADAPTER, FORGETFUL

    adapter = (sys.executable, "-c", FORGETFUL) if forgetful else ADAPTER
    words = ["client", "--reports", str(directory), "--quiet", "--select", "num.m*", "--", *adapter]
    return run_command(words)[0]


def verify(directory: Path) -> Plain:
    """Run `verify`; return the exit code, and the cases and requirements that it names."""
    code, printed = run_command(["verify", str(directory)])
    path = directory / "report.json"
    known = set(requirement_ids())
    with suppress(ValueError, KeyError, TypeError, OSError, RecursionError):
        known |= set(plain_report(json.loads(path.read_text(encoding="utf-8")))["cases"])
    lines = printed.splitlines()
    words = {one.strip("':,()[]") for line in lines for one in line.split()}
    counts = {kind: sum(line.startswith(f"{told}:") for line in lines) for kind, told in _VERIFIED.items()}
    return {"exit": code, "named": sorted(words & known), **counts}


#: What is counted of the lines that `verify` prints, and how they begin.
_VERIFIED = {"differences": "differs", "notes": "note", "undetermined": "not judged again"}


def contradiction_names() -> tuple[str, ...]:
    """Return the names of all changes that the tests make to reports."""
    return tuple(_contradictions())


@cache
def _contradictions() -> dict[str, tuple[tuple[str, ...], Callable[[Path], object]]]:
    """The changes by their names: the faults of the emulator first, and what is done to the directory."""
    enable_tests()
    from tests.cli.verify import test_contradictions as changes
    from tests.cli.verify import test_invalid_reports as invalid
    from tests.cli.verify.certified_runs import FAULT, certify_changed_report, load_report

    from imagesearch_conformance.reports.serialization import bytes_digest, render_json

    def anew(change: Callable[[Plain], object]) -> Callable[[Path], object]:
        return lambda directory: certify_changed_report(directory, change)

    def overwritten(name: str, text: bytes) -> Callable[[Path], object]:
        return lambda directory: (directory / name).write_bytes(text)

    def fitted(change: Callable[[Plain], object]) -> Callable[[Path], object]:
        """Change the report, and make nothing but its digest fit."""

        def made(directory: Path) -> None:
            document = load_report(directory)
            change(document)
            statement = json.loads((directory / "certificate.json").read_text(encoding="utf-8"))
            (directory / "report.json").write_text(render_json(document), encoding="utf-8")
            statement["evidence"]["digest"] = bytes_digest((directory / "report.json").read_bytes())
            (directory / "certificate.json").write_text(render_json(statement), encoding="utf-8")

        return made

    found: dict[str, tuple[tuple[str, ...], Callable[[Path], object]]] = {"unchanged": ((), lambda _: None)}
    found |= {f"clean, {name}": ((), anew(change)) for name, (change, _) in changes.CHANGES.items()}
    faulty = {
        "unchanged": lambda _: None,
        "hidden": changes._hide_failure,
        "another": changes._change_requirement_of_finding,
        "mistaken": changes._change_place_of_finding,
    }
    found |= {f"faulty, {name}": ((FAULT,), anew(change)) for name, change in faulty.items()}
    for name in ("certificate.json", "report.json"):
        found |= {f"{name}, {how}": ((), overwritten(name, text)) for how, text in invalid.HOSTILE.items()}
    found |= {f"senseless {number}": ((), fitted(change)) for number, change in enumerate(invalid._inconsistencies())}
    return found


def verify_contradiction(name: str) -> Plain:
    """Certify an emulator, change the report, and verify it."""
    enable_tests()
    from tests.cli.verify.certified_runs import SELECTED

    faults, change = _contradictions()[name]
    code = certify(Path("out"), revisions()[0], faults, SELECTED)
    change(Path("out"))
    return {"run": code, **verify(Path("out"))}


# Endpoints that mean harm.


def hostile_names() -> tuple[str, ...]:
    """Return the names of all hostile endpoints."""
    enable_tests()
    from tests.hostile.endpoints import ENDPOINTS

    return tuple(ENDPOINTS)


def run_hostile(name: str, *, at_once: bool) -> Plain:
    """Run the suite against an endpoint that is hostile from the first request on, or after the run_survey."""
    enable_tests()
    from tests.hostile.endpoints import ENDPOINTS

    surveyed = 0 if at_once else _survey_requests()
    with _playing(ENDPOINTS[name].play, surveyed) as endpoint:
        chosen = "num.maximum" if at_once else "num.m*"
        words = ["--timeout", _PATIENCE, "--examples", "0", "--reports", "out", "--select", chosen, "--jobs", "1"]
        code, _ = run_command(["run", "--profile", _hostile_profile(endpoint), *words])
    return {"exit": code, **_untimed(read_report(Path("out")) or {})}


def _untimed(plain: Plain) -> Plain:
    """Return a report without its number of requests: over sockets, retries and bursts depend on the machine."""
    return {name: one for name, one in plain.items() if name != "requests"}


#: The deadline of an exchange with a hostile endpoint, in seconds: a busy machine does not keep that of the tests.
_PATIENCE = "2"


@cache
def _survey_requests() -> int:
    """How many requests the run_survey of a good endpoint takes."""
    received: list[bytes] = []
    with _playing(None, 0, received) as endpoint:
        code, printed = run_command(["plan", "--profile", _hostile_profile(endpoint), "--examples", "0"])
    if code:
        raise RuntimeError(printed)
    return len(received)


def _hostile_profile(endpoint: str) -> str:
    from attrs import evolve

    from imagesearch_conformance.emulator import EmulatorSettings
    from imagesearch_conformance.emulator.access_keys import TEMPORARY_CREDENTIALS
    from imagesearch_conformance.emulator.target import build_target as emulated
    from imagesearch_conformance.emulator.target import format_profile

    described = evolve(emulated(_contract(), endpoint, EmulatorSettings(qps=None)), credentials=TEMPORARY_CREDENTIALS)
    Path("hostile.toml").write_text(format_profile(described), encoding="utf-8")
    return "hostile.toml"


@contextmanager
def _playing(play: Callable[[Talk], None] | None, good: int, received: list[bytes] | None = None) -> Iterator[str]:
    """Serve an endpoint that answers so many requests well, and then does what it does."""
    from tests.hostile.conftest import _parsed, reply_of
    from tests.hostile.talking import talking

    from imagesearch_conformance.emulator import Emulator, EmulatorSettings

    emulator = Emulator(_contract(), EmulatorSettings(qps=None), store=_store(revisions()[0]))
    heard = [] if received is None else received

    def script(talk: Talk) -> None:
        while raw := talk.request():
            heard.append(raw)
            if play is not None and len(heard) > good:
                play(talk)
                return
            reply_of(talk, emulator.handle(_parsed(raw), datetime.now(UTC)))

    with talking(script) as server:
        yield f"http://{server.authority}"


# Sessions of the pytest plugin.

_HOST = """
import pytest
import requests


def post(service, num):
    return requests.post(
        f"https://imagesearch.{service.region_id}.aliyuncs.com/",
        headers={"x-acs-action": "SearchImageByName", "x-acs-version": "2020-12-14"},
        data={"InstanceName": service.instance_name, "ProductId": "1", "PicName": "1.jpg", "Num": num},
        timeout=5,
    )


@pytest.mark.imagesearch_allow_findings("authentication.unsigned")
def test_that_passes(imagesearch_contract, imagesearch_responses):
    reply = post(imagesearch_responses, "100")
    imagesearch_contract.assert_error(reply.status_code, reply.content)


def test_that_fails(imagesearch_contract):
    imagesearch_contract.assert_success({"Code": 0})


def test_of_an_emulator(imagesearch_emulator):
    assert imagesearch_emulator.endpoint.startswith("http://127.0.0.1:")


@pytest.mark.imagesearch_allow_findings("authentication.unsigned")
@pytest.mark.parametrize("num", ["100", "101"])
def test_of_a_request(imagesearch_responses, num):
    post(imagesearch_responses, num)
"""

_CONFTEST = """
import json
from pathlib import Path

found = {}


def pytest_runtest_logreport(report):
    said = "xfailed" if hasattr(report, "wasxfail") else report.outcome
    if report.when == "call" or said != "passed":
        found.setdefault(report.nodeid.removeprefix("imagesearch::"), []).append(said + " in " + report.when)


def pytest_sessionfinish():
    Path("found.json").write_text(json.dumps(found))
"""

#: Sessions by their names: the faults of the emulator, whether there are tests of the host, and the options.
SESSIONS: dict[str, tuple[tuple[str, ...], bool, tuple[str, ...]]] = {
    "emulator": ((), True, ()),
    "emulator of the later revision": ((), False, ("--imagesearch-document=2026-06",)),
    "faults": (("num-above-maximum-accepted", "head-docsreturn-misnamed"), False, ()),
    "by marker": ((), True, ("-m", "imagesearch(area='paging')")),
    "by name": ((), True, ("-k", "num.maximum or test_")),
    "small budget": ((), False, ("--imagesearch-budget=60",)),
    "host alone": ((), True, ("no endpoint",)),
}


def run_session(name: str) -> Plain:
    """Run a session of pytest with the plugin in a process of its own; return the outcome of every test."""
    faults, hosts, words = SESSIONS[name]
    Path("conftest.py").write_text(_CONFTEST, encoding="utf-8")
    if hosts:
        Path("test_host.py").write_text(_HOST, encoding="utf-8")
    with _served(revisions()[0], faults) if faults else nullcontext() as profile:
        asked = (
            [f"--imagesearch-profile={profile}", f"--imagesearch-conformance={_address(profile)}"] if profile else []
        )
        if not profile and words != ("no endpoint",):
            asked = ["--imagesearch-conformance=emulator"]
        given = [word for word in words if word != "no endpoint"]
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:schemathesis",
            *asked,
            *given,
        ]
        if asked:
            command.append("--imagesearch-reports=out")
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    path = Path("found.json")
    if not path.exists():
        return {"exit": done.returncode}
    report = _untimed(read_report(Path("out")) or {})
    return {"exit": done.returncode, "tests": json.loads(path.read_text(encoding="utf-8")), "report": report}


def _address(profile: str) -> str:
    return str(tomllib.loads(Path(profile).read_text(encoding="utf-8"))["target"]["endpoint"])
