"""The parts of a recording: which subjects each has, and how one of them is recorded."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import product
from attrs import frozen

#: What a subject is recorded from: words and flags, so that another process can take it.
Job = tuple[Any, ...]


@frozen
class Choice:
    """What is to be recorded: every subject or no repetitions, and what recordings of traffic are judged.

    `corpus` is a file that `collect` wrote, `har` a directory; `subject` is a pattern that the names have to fit.
    """

    whole: bool = False
    corpus: Path | None = None
    har: Path | None = None
    subject: str = "*"


@frozen
class Part:
    """A part: `jobs` are its subjects by name, `record` records one of them."""

    jobs: Callable[[Choice], Iterator[tuple[str, Job]]]
    record: Callable[..., dict[str, Any]]


# Cases, faults, variations.

#: Options of the plans that are recorded, by their names.
_PLANS: dict[str, dict[str, Any]] = {
    "plain": {},
    "25 examples": {"examples": 25},
    "at most 100 requests": {"budget": 100},
    "paging alone": {"select": ("paging.*",)},
}


def _case_jobs(_: Choice) -> Iterator[tuple[str, Job]]:
    for revision in product.revisions():
        for name in _PLANS:
            yield f"{revision} endpoint, {name}", (revision, name)
        for name in ("client", "register of endpoints", "register of clients"):
            yield f"{revision} {name}", (revision, name)


def _record_cases(revision: str, name: str) -> dict[str, Any]:
    if name == "client":
        return product.plan_client(revision)
    if name not in _PLANS:
        return {"requirements": product.describe_register(revision, client=name.endswith("clients"))}
    planned = product.plan_endpoint(revision, **_PLANS[name])
    return planned if name == "plain" else {key: one for key, one in planned.items() if key not in {"built", "cases"}}


def _fault_jobs(choice: Choice) -> Iterator[tuple[str, Job]]:
    seen: set[str] = set()
    for revision in product.revisions():
        for name in product.fault_names(revision):
            if choice.whole or name not in seen:
                yield f"{revision} {name}", (revision, "fault", name)
            seen.add(name)


def _record_emulator(revision: str, kind: str, name: str) -> dict[str, Any]:
    return product.plain_record(product.run_emulator(revision, kind, name), exercised=kind == "reference")


def _variation_jobs(_: Choice) -> Iterator[tuple[str, Job]]:
    for revision in product.revisions():
        yield f"{revision} reference", (revision, "reference", "reference")
        for name in product.variation_names(revision):
            yield f"{revision} {name}", (revision, "variation", name)
        for name in product.habit_names():
            yield f"{revision} habit: {name}", (revision, "habit", name)


def _record_variation(revision: str, kind: str, name: str) -> dict[str, Any]:
    if kind == "habit":
        return product.plain_record(product.run_habit(revision, name))
    return _record_emulator(revision, kind, name)


def _generated_jobs(_: Choice) -> Iterator[tuple[str, Job]]:
    for revision in product.revisions():
        yield f"{revision} reference", (revision, "reference", "reference")
        for name in product.fault_names(revision)[::10]:
            yield f"{revision} {name}", (revision, "fault", name)


def _record_generated(revision: str, kind: str, name: str) -> dict[str, Any]:
    return product.short_record(product.run_emulator(revision, kind, name, examples=25, seed=0))


# Clients.


def _client_jobs(choice: Choice) -> Iterator[tuple[str, Job]]:
    first = product.revisions()[0]
    for revision in product.revisions():
        for kind, names in product.client_names().items():
            alone = kind in {"field", "code"}
            for at, name in enumerate(names):
                if revision == first or not alone:
                    yield f"{revision} {kind} {name}, short", (revision, kind, name, False)
                if not alone and (choice.whole or (revision == first and at % 4 == 0)):
                    yield f"{revision} {kind} {name}, whole", (revision, kind, name, True)


def _record_client(revision: str, kind: str, name: str, whole: bool) -> dict[str, Any]:  # noqa: FBT001 of a job
    record = product.run_client(revision, kind, name, whole=whole)
    return product.plain_record(record, exercised=kind == "correct")


# Recordings of traffic, certificates, hostile endpoints, sessions of pytest.


def _recording_jobs(choice: Choice) -> Iterator[tuple[str, Job]]:
    if choice.corpus:
        for entry in json.loads(gzip.decompress(choice.corpus.read_bytes())):
            yield entry["name"], (entry["words"], entry["files"], entry["variables"])
    for path in sorted(choice.har.iterdir()) if choice.har else ():
        if path.suffix in {".har", ".zip"}:
            files = {path.name: base64.b64encode(path.read_bytes()).decode()}
            for subject in ("endpoint", "client"):
                yield f"har {path.name} {subject}", ([path.name, "--subject", subject], files, {})


def _record_recording(words: list[str], files: dict[str, str], variables: dict[str, str]) -> dict[str, Any]:
    for name, content in files.items():
        Path(name).write_bytes(base64.b64decode(content))
    return product.judge_recording(words, variables)


#: Runs that are verified whole: what is wrong with the emulator.
_CERTIFIED = ((), ("num-above-maximum-accepted",), ("pages-skip",), ("body-with-bom",), ("replay-accepted",))


def _verify_jobs(_: Choice) -> Iterator[tuple[str, Job]]:
    for name in product.contradiction_names():
        yield f"contradiction: {name}", ("contradiction", name)
    for revision in product.revisions():
        for faults in _CERTIFIED:
            yield f"{revision} whole run, {', '.join(faults) or 'clean'}", ("run", revision, faults)
    for forgetful in (False, True):
        yield f"adapter, {'forgetful' if forgetful else 'plain'}", ("adapter", forgetful)


def _record_verify(kind: str, *words: Any) -> dict[str, Any]:
    if kind == "contradiction":
        return product.verify_contradiction(*words)
    out = Path("out")
    if kind == "adapter":
        code = product.gate_adapter(out, forgetful=words[0])
    else:
        revision, faults = words
        code = product.certify(out, revision, faults, ())
    return {"run": code, **product.verify(out), "report": product.read_report(out)}


def _hostile_jobs(_: Choice) -> Iterator[tuple[str, Job]]:
    for name in product.hostile_names():
        for at_once in (True, False):
            yield f"{name}, {'from the first request' if at_once else 'after the survey'}", (name, at_once)


def _record_hostile(name: str, at_once: bool) -> dict[str, Any]:  # noqa: FBT001 of a job
    return product.run_hostile(name, at_once=at_once)


def _plugin_jobs(_: Choice) -> Iterator[tuple[str, Job]]:
    for name in product.SESSIONS:
        yield name, (name,)


PARTS: dict[str, Part] = {
    "cases": Part(_case_jobs, _record_cases),
    "faults": Part(_fault_jobs, _record_emulator),
    "variations": Part(_variation_jobs, _record_variation),
    "clients": Part(_client_jobs, _record_client),
    "recordings": Part(_recording_jobs, _record_recording),
    "verify": Part(_verify_jobs, _record_verify),
    "plugin": Part(_plugin_jobs, product.run_session),
    "generated": Part(_generated_jobs, _record_generated),
    "hostile": Part(_hostile_jobs, _record_hostile),
}
