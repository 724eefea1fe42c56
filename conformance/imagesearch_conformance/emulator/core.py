"""The emulator: a request goes in, a reply comes out, and nothing else happens."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import reduce
from itertools import count
from random import Random
from typing import Any

import orjson

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator.authentication import Authenticator
from imagesearch_conformance.emulator.documents import extended, with_later_fields, without_optional
from imagesearch_conformance.emulator.failure import failure_document
from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook, T, through
from imagesearch_conformance.emulator.faults import resolve
from imagesearch_conformance.emulator.gateway import Gateway
from imagesearch_conformance.emulator.keys import KEYS
from imagesearch_conformance.emulator.nonces import Nonces
from imagesearch_conformance.emulator.operation import Operation
from imagesearch_conformance.emulator.refusals import Refusal, Refusals
from imagesearch_conformance.emulator.region import home
from imagesearch_conformance.emulator.roles import Roles
from imagesearch_conformance.emulator.search import Found, search
from imagesearch_conformance.emulator.settings import FAULT_HEADER, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.success import Document, Successes
from imagesearch_conformance.emulator.throttle import Throttle
from imagesearch_conformance.emulator.validation import Validation
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireReply, WireRequest
from imagesearch_conformance.signing.encoding import Pairs, parameters

#: What the series of request ids begins with.
_SEED = 20201214

#: What comes of a request, before it is written.
Outcome = Refusal | Found


def numbered_ids() -> Callable[[], str]:
    """A source of request ids: upper-case UUIDs, the same series every time."""
    bits = Random(_SEED).getrandbits  # noqa: S311 nobody has to be kept from guessing them
    return lambda: str(uuid.UUID(int=bits(128), version=4)).upper()


def _written(document: Document) -> bytes:
    """A document as JSON, most of them by what is ten times as fast."""
    try:
        return orjson.dumps(document)
    except TypeError:  # a whole number of more than 64 bits, which some faults show
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


class Emulator:
    """The reference endpoint without its socket; thread-safe.

    Raises BadInput when the settings name a fault that is not known. `ids` gives request ids, and
    a `store` may be shared between emulators of one contract. `recall` is given each request and what
    decides it, for those who know its outcome already.
    """

    def __init__(
        self,
        contract: Contract,
        settings: EmulatorSettings | None = None,
        *,
        store: Store | None = None,
        ids: Callable[[], str] | None = None,
        recall: Callable[[WireRequest, Callable[[], Outcome]], Outcome] | None = None,
    ) -> None:
        self.contract = contract
        self.settings = settings or EmulatorSettings()
        self.store = store or Store.of(contract)
        self._faults = resolve(self.settings.faults, contract)
        effective = reduce(lambda given, fault: fault.settings(given), self._faults, self.settings)
        tolerance = timedelta(seconds=contract.protocol.clock_tolerance)
        tolerance = reduce(lambda given, fault: fault.tolerance(given), self._faults, tolerance)
        self._behaviour = behaviour = effective.behaviour
        self._ids = ids or numbered_ids()
        self._recall = recall or (lambda _request, decide: decide())
        self._serials = count()
        self._memory: dict[Hashable, Any] = {}
        self._roles = Roles.of(contract)
        self._refusals = Refusals(contract, behaviour.codes)
        self._gateway = Gateway.of(contract, behaviour)
        self._authenticator = Authenticator(KEYS, Nonces(), tolerance, effective.signature == "required")
        self._throttle = Throttle(effective.qps)
        self._operation = Operation(contract, self._roles, self.store, Validation.of(contract, behaviour), behaviour)
        self._successes = Successes.of(contract, behaviour)

    def answer(self, request: WireRequest, now: datetime) -> WireReply:
        """The reply to a request that is received now."""
        about = self._circumstances(request)
        received = through(self._hooks(lambda fault: fault.received), request, about)
        return self._reply(self._recall(received, lambda: self._outcome(received, now, about)), about)

    def refuse_oversized(self, request: WireRequest) -> WireReply:
        """The reply to a request whose body is longer than the server reads."""
        about = self._circumstances(request)
        return self._reply(self._refusals.general("body too long"), about)

    def _circumstances(self, request: WireRequest) -> Circumstances:
        return Circumstances(self.contract, self._roles, self.store, request, next(self._serials), self._memory)

    def _outcome(self, request: WireRequest, now: datetime, about: Circumstances) -> Outcome:
        pairs = parameters(request)
        before = self._first(self._gateway.violations(request, pairs)) or self._first(
            self._authenticator.violations(request, now)
        )
        if before is not None:
            return self._refusals.of(before)
        asked = request.header(FAULT_HEADER)
        if asked is not None:
            return self._refusals.of_code(asked.strip()) or self._refusals.general("no such code")
        return self._operate(through(self._hooks(lambda fault: fault.given), pairs, about), now, about)

    def _operate(self, pairs: Pairs, now: datetime, about: Circumstances) -> Outcome:
        # The first of repeated parameters counts.
        given = dict(reversed(pairs))
        instance = given.get(self._roles.instance, "")
        if self.store.instance_type(instance) is not None and not self._throttle.admits(instance, now):
            return self._refusals.too_often()
        if self._operation.unknown(given):
            return self._refusals.general("unknown parameter")
        asked = self._operation.asked(given)
        violation = self._first(asked.violations)
        if violation is not None:
            return self._refusals.of(violation)
        query = through(self._hooks(lambda fault: fault.query), asked.query, about)
        absent = self._first(self._operation.image_violations(query))
        if absent is not None:
            return self._refusals.of(absent, self._behaviour.absent_image)
        found = search(self.store, query, self.contract.category.generic)
        return through(self._hooks(lambda fault: fault.found), found, about)

    def _reply(self, outcome: Outcome, about: Circumstances) -> WireReply:
        if isinstance(outcome, Refusal):
            refusal = through(self._hooks(lambda fault: fault.refusal), outcome, about)
            status, document = refusal.status, self._failure(refusal, about)
        else:
            status, document = self.contract.protocol.success, self._success(outcome, about)
        reply = WireReply(status, (("Content-Type", self._behaviour.media_type),), _written(document))
        return through(self._hooks(lambda fault: fault.reply), reply, about)

    def _success(self, found: Found, about: Circumstances) -> Document:
        behaviour = self._behaviour
        document = self._successes.document(found, self._ids())
        if not behaviour.optional_fields:
            document = without_optional(document, self.contract.success_fields)
        if behaviour.later_fields:
            document = with_later_fields(document)
        if behaviour.extra_fields:
            document = extended(document)
        return through(self._hooks(lambda fault: fault.success), document, about)

    def _failure(self, refusal: Refusal, about: Circumstances) -> Document:
        behaviour = self._behaviour
        document = failure_document(refusal, self._ids(), home(self.contract).host)
        if not behaviour.optional_error_fields:
            document = without_optional(document, self.contract.error_fields)
        if behaviour.extra_fields:
            document = extended(document)
        return through(self._hooks(lambda fault: fault.failure), document, about)

    def _first(self, violations: Iterable[Violation]) -> Violation | None:
        noticed = (one for one in violations if not any(fault.overlooks(one) for fault in self._faults))
        return next(noticed, None)

    def _hooks(self, place: Callable[[Fault], Hook[T]]) -> Iterator[Hook[T]]:
        return map(place, self._faults)
