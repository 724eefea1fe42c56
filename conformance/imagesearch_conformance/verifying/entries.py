"""What a report says was asked and answered: cases, generated requests and denials, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import frozen

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.case import Case
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.reports.definition import case_of
from imagesearch_conformance.reports.subject import is_client
from imagesearch_conformance.settings.endpoint import checked_endpoint
from imagesearch_conformance.verifying.evidence import Shelf, Stored


@frozen
class Entry:
    """A case of a report: what it says of the case, the case itself and its exchanges.

    `accepted` is what may come of it, where that is not what its expectation says.
    """

    written: Mapping[str, Any]
    case: Case
    stored: tuple[Stored, ...]
    accepted: tuple[str, ...] | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges themselves."""
        return tuple(one.exchange for one in self.stored)

    @property
    def reason(self) -> str | None:
        """The reason that the report gives."""
        reason: str | None = self.written["reason"]
        return reason


@frozen
class Generated:
    """A generated request: for which source, and either its own entry or the id of a case that it is."""

    source: str
    name: str
    entry: Entry | None


@frozen
class Entries:
    """Everything in a report that can be judged again; `changed` are copies of exchanges that are none."""

    cases: tuple[Entry, ...]
    generated: tuple[Generated, ...]
    denied: tuple[tuple[Case, Stored], ...]
    changed: tuple[str, ...]

    @property
    def everything(self) -> Iterator[Entry]:
        """The entries of cases and of generated requests."""
        yield from self.cases
        yield from (one.entry for one in self.generated if one.entry is not None)

    @property
    def stored(self) -> Iterator[tuple[str, Stored]]:
        """Every exchange, with the id of its case."""
        yield from ((entry.case.id, one) for entry in self.everything for one in entry.stored)
        yield from ((case.id, one) for case, one in self.denied)

    def defects(self) -> SeenDefects:
        """What was seen of signatures before they were redacted."""
        return SeenDefects({id(one.exchange.request): one.defects for _, one in self.stored})


@frozen
class SeenDefects:
    """Tells the defects of signatures as the report has them; by identity, since redacted requests may be equal."""

    of_request: Mapping[int, frozenset[str]]

    def __call__(self, _contract: Contract, _target: Target, request: WireRequest, _now: datetime) -> frozenset[str]:
        """The defects of the signature of a request."""
        return self.of_request[id(request)]


def read_entries(document: dict[str, Any]) -> Entries:
    """The entries of a report that fits its schema; raises BadInput where they cannot be read."""
    if "further" not in document:
        raise BadInput("the report does not store all exchanges", "further", "it was made by an older version")
    shelf = _shelf(document)
    cases = tuple(_entry(one["id"], one, {"case": one["id"]}, shelf) for one in document["cases"])
    _check_apart(one.case.id for one in cases)
    further = document["further"]
    generated = tuple(_generated(one, index, shelf) for index, one in enumerate(further["generated"]))
    known = {one.case.id: one.case for one in cases}
    for one in generated:
        if one.entry is not None:
            known.setdefault(one.name, one.entry.case)
        elif one.name not in known:
            raise BadInput("there is no case of that id", f"further: {one.name}")
    denied = tuple(_denied(one, index, known, shelf) for index, one in enumerate(further["denied"]))
    return Entries(cases, generated, denied, tuple(shelf.changed))


def _shelf(document: dict[str, Any]) -> Shelf:
    target = document["target"]
    endpoint = checked_endpoint(target["endpoint"], "target: endpoint")
    if not is_client(document):
        return Shelf(endpoint)
    if "elsewhere" not in target:
        raise BadInput("there is no other host for redirects", "target", "it was made by an older version")
    return Shelf(endpoint, checked_endpoint(target["elsewhere"], "target: elsewhere"))


def _check_apart(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadInput(f"the case {name!r} stands twice", "cases")
        seen.add(name)


def _entry(name: str, written: dict[str, Any], place: dict[str, Any], shelf: Shelf) -> Entry:
    if "rounds" not in written:
        raise BadInput("the report does not say how often its requests were sent", name)
    case = _case(name, written)
    if not case.requirements:
        raise BadInput("the case is for no requirement", name)
    return Entry(written, case, shelf.read(place, written["exchanges"]))


def _case(name: str, written: dict[str, Any]) -> Case:
    if "definition" not in written:
        raise BadInput("the report does not say what the case sends", name)
    case = case_of(written["definition"], name)
    if case.id != name:
        raise BadInput(f"the definition is that of the case {case.id!r}", name)
    return case


def _generated(written: dict[str, Any], index: int, shelf: Shelf) -> Generated:
    name = written["case"]
    entry = _entry(name, written, {"generated": index}, shelf) if "outcome" in written else None
    return Generated(written["source"], name, entry)


def _denied(written: dict[str, Any], index: int, known: Mapping[str, Case], shelf: Shelf) -> tuple[Case, Stored]:
    name = written["case"]
    case = known[name] if name in known else _case(name, written)
    (stored,) = shelf.read({"denied": index}, [written["exchange"]])
    return case, stored
