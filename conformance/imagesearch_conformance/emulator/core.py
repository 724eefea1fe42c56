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
from imagesearch_conformance.emulator.access_keys import ACCESS_KEYS
from imagesearch_conformance.emulator.authentication import Authenticator
from imagesearch_conformance.emulator.body_variations import add_extra_fields, add_later_fields, remove_optional_fields
from imagesearch_conformance.emulator.error_body import build_error_body
from imagesearch_conformance.emulator.errors import ErrorLookup, ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook, T, apply_hooks
from imagesearch_conformance.emulator.faults import find_faults
from imagesearch_conformance.emulator.gateway import Gateway
from imagesearch_conformance.emulator.nonce_cache import NonceCache
from imagesearch_conformance.emulator.operation import Operation
from imagesearch_conformance.emulator.parameter_roles import ParameterRoles
from imagesearch_conformance.emulator.rate_limit import RequestRateLimit
from imagesearch_conformance.emulator.region import default_region
from imagesearch_conformance.emulator.search import SearchResult, search
from imagesearch_conformance.emulator.settings import FAULT_HEADER, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.success_body import JsonObject, SuccessBodies
from imagesearch_conformance.emulator.validation import ParameterValidator
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import Pairs, parameters

#: What the series of request ids begins with.
_REQUEST_ID_SEED = 20201214

#: What comes of a request, before it is written.
OperationResult = ErrorResponse | SearchResult


def seeded_request_ids() -> Callable[[], str]:
    """A source of request ids: upper-case UUIDs, the same series every time."""
    bits = Random(_REQUEST_ID_SEED).getrandbits  # noqa: S311 nobody has to be kept from guessing them
    return lambda: str(uuid.UUID(int=bits(128), version=4)).upper()


def _serialize(body: JsonObject) -> bytes:
    """A document as JSON, most of them by what is ten times as fast."""
    try:
        return orjson.dumps(body)
    except TypeError:  # a whole number of more than 64 bits, which some faults show
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


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
        new_request_id: Callable[[], str] | None = None,
        memoize: Callable[[WireRequest, Callable[[], OperationResult]], OperationResult] | None = None,
    ) -> None:
        self.contract = contract
        self.settings = settings or EmulatorSettings()
        self.store = store or Store.from_contract(contract)
        self._faults = find_faults(self.settings.faults, contract)
        effective = reduce(lambda settings, fault: fault.settings(settings), self._faults, self.settings)
        tolerance = timedelta(seconds=contract.protocol.clock_tolerance)
        tolerance = reduce(lambda tolerance, fault: fault.tolerance(tolerance), self._faults, tolerance)
        self._behaviour = behaviour = effective.behaviour
        self._new_request_id = new_request_id or seeded_request_ids()
        self._memoize = memoize or (lambda _request, decide: decide())
        self._request_numbers = count()
        self._fault_state: dict[Hashable, Any] = {}
        self._roles = ParameterRoles.from_contract(contract)
        self._errors = ErrorLookup(contract, behaviour.error_code_grade)
        self._gateway = Gateway.from_contract(contract, behaviour)
        self._authenticator = Authenticator(ACCESS_KEYS, NonceCache(), tolerance, effective.signature == "required")
        self._rate_limit = RequestRateLimit(effective.qps)
        self._operation = Operation(
            contract, self._roles, self.store, ParameterValidator.from_contract(contract, behaviour), behaviour
        )
        self._success_bodies = SuccessBodies.from_contract(contract, behaviour)

    def handle(self, request: WireRequest, now: datetime) -> WireResponse:
        """The reply to a request that is received now."""
        about = self._create_context(request)
        received = apply_hooks(self._hooks(lambda fault: fault.request), request, about)
        return self._build_response(self._memoize(received, lambda: self._process(received, now, about)), about)

    def reject_oversized(self, request: WireRequest) -> WireResponse:
        """The reply to a request whose body is longer than the server reads."""
        about = self._create_context(request)
        return self._build_response(self._errors.general_error("body too long"), about)

    def _create_context(self, request: WireRequest) -> FaultContext:
        return FaultContext(
            self.contract, self._roles, self.store, request, next(self._request_numbers), self._fault_state
        )

    def _process(self, request: WireRequest, now: datetime, context: FaultContext) -> OperationResult:
        pairs = parameters(request)
        before = self._first_violation(self._gateway.violations(request, pairs)) or self._first_violation(
            self._authenticator.violations(request, now)
        )
        if before is not None:
            return self._errors.for_violation(before)
        asked = request.header(FAULT_HEADER)
        if asked is not None:
            return self._errors.for_code(asked.strip()) or self._errors.general_error("no such code")
        return self._run_operation(
            apply_hooks(self._hooks(lambda fault: fault.parameters), pairs, context), now, context
        )

    def _run_operation(self, pairs: Pairs, now: datetime, context: FaultContext) -> OperationResult:
        # The first of repeated parameters counts.
        given = dict(reversed(pairs))
        instance = given.get(self._roles.instance, "")
        if self.store.instance_type(instance) is not None and not self._rate_limit.try_acquire(instance, now):
            return self._errors.for_rate_limit()
        if self._operation.has_unknown_parameter(given):
            return self._errors.general_error("unknown parameter")
        asked = self._operation.validate(given)
        violation = self._first_violation(asked.violations)
        if violation is not None:
            return self._errors.for_violation(violation)
        query = apply_hooks(self._hooks(lambda fault: fault.query), asked.query, context)
        absent = self._first_violation(self._operation.image_violations(query))
        if absent is not None:
            return self._errors.for_violation(absent, self._behaviour.missing_image_grade)
        found = search(self.store, query, self.contract.category.generic_category)
        return apply_hooks(self._hooks(lambda fault: fault.result), found, context)

    def _build_response(self, result: OperationResult, context: FaultContext) -> WireResponse:
        if isinstance(result, ErrorResponse):
            refusal = apply_hooks(self._hooks(lambda fault: fault.error), result, context)
            status, document = refusal.status, self._build_error_body(refusal, context)
        else:
            status, document = self.contract.protocol.success_status, self._build_success_body(result, context)
        reply = WireResponse(status, (("Content-Type", self._behaviour.media_type),), _serialize(document))
        return apply_hooks(self._hooks(lambda fault: fault.response), reply, context)

    def _build_success_body(self, result: SearchResult, context: FaultContext) -> JsonObject:
        behaviour = self._behaviour
        document = self._success_bodies.build(result, self._new_request_id())
        if not behaviour.optional_fields:
            document = remove_optional_fields(document, self.contract.success_fields)
        if behaviour.later_fields:
            document = add_later_fields(document)
        if behaviour.extra_fields:
            document = add_extra_fields(document)
        return apply_hooks(self._hooks(lambda fault: fault.success_body), document, context)

    def _build_error_body(self, error: ErrorResponse, context: FaultContext) -> JsonObject:
        behaviour = self._behaviour
        document = build_error_body(error, self._new_request_id(), default_region(self.contract).host)
        if not behaviour.optional_error_fields:
            document = remove_optional_fields(document, self.contract.error_fields)
        if behaviour.extra_fields:
            document = add_extra_fields(document)
        return apply_hooks(self._hooks(lambda fault: fault.error_body), document, context)

    def _first_violation(self, violations: Iterable[Violation]) -> Violation | None:
        noticed = (one for one in violations if not any(fault.ignores_violation(one) for fault in self._faults))
        return next(noticed, None)

    def _hooks(self, get_hook: Callable[[Fault], Hook[T]]) -> Iterator[Hook[T]]:
        return map(get_hook, self._faults)
