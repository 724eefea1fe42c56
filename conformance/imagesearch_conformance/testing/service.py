"""Image Search as a test has it: the emulator's address and key, what it is told to do, and what it saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import define

from imagesearch_conformance.model.target import Credentials, Image, Target
from imagesearch_conformance.testing.fault_injection import ActiveFault, FaultInjector
from imagesearch_conformance.testing.received_exchange import ReceivedExchange
from imagesearch_conformance.testing.request_finding import RequestFinding

if TYPE_CHECKING:
    from responses import RequestsMock  # it would be imported by whoever wants the types alone


@define(eq=False, repr=False)
class EmulatedService:
    """The reference emulator as one test sees it: fresh, with nothing in it of any other test."""

    _target: Target
    _fault_injector: FaultInjector
    _exchanges: list[ReceivedExchange]
    _judge: Callable[[Sequence[ReceivedExchange]], tuple[RequestFinding, ...]]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.endpoint!r}, {len(self._exchanges)} requests)"

    @property
    def endpoint(self) -> str:
        """Where the client has to send its requests: scheme, host and port."""
        return self._target.endpoint

    @property
    def credentials(self) -> Credentials:
        """The access key that the client has to sign with: `access_key_id` and `access_key_secret`."""
        return self._target.credentials or Credentials("", "")

    @property
    def region_id(self) -> str:
        """The region that the emulator says it is in."""
        return self._target.region_id or ""

    @property
    def instance_name(self) -> str:
        """The instance to search in."""
        return self._target.instance.name

    @property
    def image(self) -> Image:
        """An image that the instance holds: `product_id` and `pic_name`."""
        return self._target.instance.images[0]

    @property
    def images(self) -> tuple[Image, ...]:
        """Some of the images that the instance holds, `image` the first."""
        return self._target.instance.images

    def fault(self, code: str) -> ActiveFault:
        """Answers every request with an error code from now on, or within a `with` statement.

        A request that is not signed as it has to be is refused for that. Raises BadInput for a code that is not known.
        """
        return self._fault_injector.add_fault(code)

    def fault_once(self, code: str, times: int = 1) -> None:
        """Answers the next request, or as many as `times` says, with an error code; raises BadInput."""
        self._fault_injector.add_one_time_fault(code, times)

    def latency(self, seconds: float) -> None:
        """Holds every reply back for so long from now on; raises BadInput for less than nothing."""
        self._fault_injector.set_latency(seconds)

    @property
    def exchanges(self) -> tuple[ReceivedExchange, ...]:
        """Every request of this test with its reply, in the order they came."""
        return tuple(self._exchanges)

    @property
    def findings(self) -> tuple[RequestFinding, ...]:
        """What was wrong with the requests; that a test looks at them does not allow them."""
        return self._judge(self.exchanges)


@define(eq=False, repr=False)
class InterceptedService(EmulatedService):
    """The emulator in place of every endpoint of the service, for clients that use `requests`; `mock` intercepts."""

    mock: RequestsMock

    def passthru(self, prefix: str) -> None:
        """Lets requests to whatever begins with this prefix out of the process."""
        self.mock.add_passthru(prefix)
