"""The emulator without I/O: takes a request and the time, returns a response."""

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
from imagesearch_conformance.emulator.authentication import Authenticator, NonceCache
from imagesearch_conformance.emulator.bodies import (
    JsonObject,
    SuccessBodies,
    add_extra_fields,
    add_later_fields,
    build_error_body,
    remove_optional_fields,
)
from imagesearch_conformance.emulator.errors import ErrorLookup, ErrorResponse
from imagesearch_conformance.emulator.fault import Fault, FaultContext, Hook, T, apply_hooks
from imagesearch_conformance.emulator.faults import find_faults
from imagesearch_conformance.emulator.gateway import Gateway, default_region
from imagesearch_conformance.emulator.operation import Operation
from imagesearch_conformance.emulator.parameter_roles import ParameterRoles
from imagesearch_conformance.emulator.rate_limit import RequestRateLimit
from imagesearch_conformance.emulator.search import SearchResult, search
from imagesearch_conformance.emulator.settings import FAULT_HEADER, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.validation import ParameterValidator
from imagesearch_conformance.model.case import Violation
from imagesearch_conformance.model.wire import WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import Pairs, parameters

#: The seed of the request ids.
_REQUEST_ID_SEED = 20201214

#: The result of an operation, before it is serialized.
OperationResult = ErrorResponse | SearchResult


def seeded_request_ids() -> Callable[[], str]:
    """Return a source of request ids: upper-case UUIDs, the same sequence every time."""
    bits = Random(_REQUEST_ID_SEED).getrandbits  # noqa: S311 request ids need not be unpredictable
    return lambda: str(uuid.UUID(int=bits(128), version=4)).upper()


def _serialize(body: JsonObject) -> bytes:
    """Serialize a body with orjson, or with json where orjson cannot."""
    try:
        return orjson.dumps(body)
    except TypeError:  # an integer of more than 64 bits, which some faults produce
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


class Emulator:
    """The reference endpoint without its socket; thread-safe.

    Emulators of one contract may share a `store`.

    Raises InvalidInput if the settings name an unknown fault.
    """

    def __init__(
        self,
        contract: Contract,
        settings: EmulatorSettings | None = None,
        *,
        store: Store | None = None,
        new_request_id: Callable[[], str] | None = None,
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
        """Return the response to a request received now."""
        context = self._create_context(request)
        changed = apply_hooks(self._hooks(lambda fault: fault.request), request, context)
        return self._build_response(self._process(changed, now, context), context)

    def reject_oversized(self, request: WireRequest) -> WireResponse:
        """Return the response to a request whose body is longer than the server reads."""
        return self._build_response(self._errors.general_error("body too long"), self._create_context(request))

    def _create_context(self, request: WireRequest) -> FaultContext:
        return FaultContext(
            self.contract, self._roles, self.store, request, next(self._request_numbers), self._fault_state
        )

    def _process(self, request: WireRequest, now: datetime, context: FaultContext) -> OperationResult:
        pairs = parameters(request)
        violation = self._first_violation(self._gateway.violations(request, pairs)) or self._first_violation(
            self._authenticator.violations(request, now)
        )
        if violation is not None:
            return self._errors.for_violation(violation)
        code = request.header(FAULT_HEADER)
        if code is not None:
            return self._errors.for_code(code.strip()) or self._errors.general_error("unknown code")
        return self._run_operation(
            apply_hooks(self._hooks(lambda fault: fault.parameters), pairs, context), now, context
        )

    def _run_operation(self, pairs: Pairs, now: datetime, context: FaultContext) -> OperationResult:
        # The first of repeated parameters counts.
        raw_values = dict(reversed(pairs))
        instance = raw_values.get(self._roles.instance, "")
        if self.store.instance_type(instance) is not None and not self._rate_limit.try_acquire(instance, now):
            return self._errors.for_rate_limit()
        if self._operation.has_unknown_parameter(raw_values):
            return self._errors.general_error("unknown parameter")
        validated = self._operation.validate(raw_values)
        violation = self._first_violation(validated.violations)
        if violation is not None:
            return self._errors.for_violation(violation)
        query = apply_hooks(self._hooks(lambda fault: fault.query), validated.query, context)
        violation = self._first_violation(self._operation.image_violations(query))
        if violation is not None:
            return self._errors.for_violation(violation, self._behaviour.missing_image_grade)
        result = search(self.store, query, self.contract.category.generic_category)
        return apply_hooks(self._hooks(lambda fault: fault.result), result, context)

    def _build_response(self, result: OperationResult, context: FaultContext) -> WireResponse:
        if isinstance(result, ErrorResponse):
            error = apply_hooks(self._hooks(lambda fault: fault.error), result, context)
            status, body = error.status, self._build_error_body(error, context)
        else:
            status, body = self.contract.protocol.success_status, self._build_success_body(result, context)
        response = WireResponse(status, (("Content-Type", self._behaviour.media_type),), _serialize(body))
        return apply_hooks(self._hooks(lambda fault: fault.response), response, context)

    def _build_success_body(self, result: SearchResult, context: FaultContext) -> JsonObject:
        behaviour = self._behaviour
        body = self._success_bodies.build(result, self._new_request_id())
        if not behaviour.optional_fields:
            body = remove_optional_fields(body, self.contract.success_fields)
        if behaviour.later_fields:
            body = add_later_fields(body)
        if behaviour.extra_fields:
            body = add_extra_fields(body)
        return apply_hooks(self._hooks(lambda fault: fault.success_body), body, context)

    def _build_error_body(self, error: ErrorResponse, context: FaultContext) -> JsonObject:
        behaviour = self._behaviour
        body = build_error_body(error, self._new_request_id(), default_region(self.contract).host)
        if not behaviour.optional_error_fields:
            body = remove_optional_fields(body, self.contract.error_fields)
        if behaviour.extra_fields:
            body = add_extra_fields(body)
        return apply_hooks(self._hooks(lambda fault: fault.error_body), body, context)

    def _first_violation(self, violations: Iterable[Violation]) -> Violation | None:
        for violation in violations:
            if not any(fault.ignores_violation(violation) for fault in self._faults):
                return violation
        return None

    def _hooks(self, get_hook: Callable[[Fault], Hook[T]]) -> Iterator[Hook[T]]:
        return map(get_hook, self._faults)
