"""The emulator as one test sees it: address, key, faults, received requests and their findings."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from attrs import define, field, frozen

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import Credentials, Image, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.signing.encoding import parameters

if TYPE_CHECKING:
    from responses import RequestsMock  # only a type here: annotations must not cost its import


@frozen(eq=False, repr=False)
class ReceivedExchange:
    """A request that the emulator received, and its response; `endpoint` is where the client sent it."""

    exchange: Exchange
    endpoint: str

    def __repr__(self) -> str:
        request, count = self.request, len(self.parameters)
        return f"ReceivedExchange({request.method} {request.path} of {count} parameters: {self.status})"

    @property
    def request(self) -> WireRequest:
        """The request as received: method, target, headers, body."""
        return self.exchange.request

    @property
    def response(self) -> WireResponse:
        """The response as sent: status, headers, body."""
        return self.exchange.response

    @property
    def received_at(self) -> datetime:
        """The time of the request, in UTC."""
        return self.exchange.sent_at

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The decoded parameters of query and form by name; the first value of a repeated one."""
        return dict(reversed(parameters(self.request)))

    @property
    def status(self) -> int:
        """The HTTP status of the response."""
        return self.response.status

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON document of the response."""
        document: dict[str, Any] = json.loads(self.response.body)
        return document

    @property
    def code(self) -> str | None:
        """The error code of the response, None for a success."""
        code = self.document.get("Code")
        return code if isinstance(code, str) else None


@frozen
class RequestFinding:
    """A violation of one requirement by a request of the client under test, without secrets.

    `request` is the index of the request in the test, from 0; `actual` is what was sent, `expected` the values that
    would be right, `where` the header, parameter or part of the request. A finding that is not `binding` fails no
    test: it violates a recommendation, or is tolerated.
    """

    requirement: str
    level: str
    statement: str
    source: str
    message: str
    actual: Any
    expected: tuple[str, ...]
    where: str
    request: int
    binding: bool = True

    def __str__(self) -> str:
        return f"{self.requirement} ({self.level}): {self.message}"


@define(eq=False)
class ActiveFault:
    """A fault that lasts until the end of the test, or of the `with` statement that uses it."""

    code: str
    _on_end: Callable[[ActiveFault], None]

    def end(self) -> None:
        """End the fault; the one before it is active again."""
        self._on_end(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


@define(eq=False)
class FaultInjector:
    """The faults and the latency that a test asked for; thread-safe. `error_codes` are those of the contract."""

    error_codes: frozenset[str]
    latency: float = 0.0
    _active_faults: list[ActiveFault] = field(factory=list, init=False)
    _one_time_codes: deque[str] = field(factory=deque, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    def add_fault(self, code: str) -> ActiveFault:
        """Respond to every request with an error code from now on; raises InvalidInput for an unknown code."""
        fault = ActiveFault(self._check_code(code), self._remove)
        with self._lock:
            self._active_faults.append(fault)
        return fault

    def add_one_time_fault(self, code: str, times: int) -> None:
        """Respond to the next requests with an error code; raises InvalidInput."""
        if times < 1:
            raise InvalidInput(f"invalid times: expected 1 or more, got {times}", "fault_once")
        with self._lock:
            self._one_time_codes.extend([self._check_code(code)] * times)

    def set_latency(self, seconds: float) -> None:
        """Delay every response from now on; raises InvalidInput for a negative delay."""
        if not seconds >= 0:
            raise InvalidInput(f"invalid delay: expected 0 or more seconds, got {seconds}", "latency")
        self.latency = float(seconds)

    def next_code(self) -> str | None:
        """Return the error code for the present request, or None; use up a fault of one time."""
        with self._lock:
            if self._one_time_codes:
                return self._one_time_codes.popleft()
            return self._active_faults[-1].code if self._active_faults else None

    def _remove(self, fault: ActiveFault) -> None:
        with self._lock:
            if fault in self._active_faults:
                self._active_faults.remove(fault)

    def _check_code(self, code: str) -> str:
        if code in self.error_codes:
            return code
        similar = get_close_matches(code, sorted(self.error_codes), n=1)
        hint = f"did you mean {similar[0]!r}?" if similar else "`imagesearch-conformance explain CODE` lists all codes"
        raise InvalidInput(f"unknown error code {code!r}", "fault", hint)


@define(eq=False, repr=False)
class EmulatedService:
    """The reference emulator for one test; it shares no state with other tests."""

    _target: Target
    _fault_injector: FaultInjector
    _exchanges: list[ReceivedExchange]
    _judge: Callable[[Sequence[ReceivedExchange]], tuple[RequestFinding, ...]]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.endpoint!r}, {len(self._exchanges)} requests)"

    @property
    def endpoint(self) -> str:
        """The endpoint for the client: scheme, host and port."""
        return self._target.endpoint

    @property
    def credentials(self) -> Credentials:
        """The access key that the client signs with: `access_key_id` and `access_key_secret`."""
        return self._target.credentials or Credentials("", "")

    @property
    def region_id(self) -> str:
        """The region of the emulator."""
        return self._target.region_id or ""

    @property
    def instance_name(self) -> str:
        """The instance to search in."""
        return self._target.instance.name

    @property
    def image(self) -> Image:
        """An image in the instance: `product_id` and `pic_name`."""
        return self._target.instance.images[0]

    @property
    def images(self) -> tuple[Image, ...]:
        """Some images in the instance; `image` is the first."""
        return self._target.instance.images

    def fault(self, code: str) -> ActiveFault:
        """Respond to every request with an error code from now on, or within a `with` statement.

        A request without a valid signature still gets the error of its signature. Raises InvalidInput for an unknown
        code.
        """
        return self._fault_injector.add_fault(code)

    def fault_once(self, code: str, times: int = 1) -> None:
        """Respond to the next `times` requests with an error code; raises InvalidInput."""
        self._fault_injector.add_one_time_fault(code, times)

    def latency(self, seconds: float) -> None:
        """Delay every response by this time from now on; raises InvalidInput if it is negative."""
        self._fault_injector.set_latency(seconds)

    @property
    def exchanges(self) -> tuple[ReceivedExchange, ...]:
        """Every request of this test with its response, in the order of arrival."""
        return tuple(self._exchanges)

    @property
    def findings(self) -> tuple[RequestFinding, ...]:
        """The findings of the requests so far; reading them does not allow them."""
        return self._judge(self.exchanges)


@define(eq=False, repr=False)
class InterceptedService(EmulatedService):
    """The emulator in place of every endpoint of the service, for clients that use `requests`; `mock` intercepts."""

    mock: RequestsMock

    def passthru(self, prefix: str) -> None:
        """Send requests to URLs with this prefix to the real host."""
        self.mock.add_passthru(prefix)
