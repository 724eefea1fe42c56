"""Judges for what is drawn: the rules, the checks and the emulator of each revision."""

from functools import cache
from itertools import count

import pytest
from attrs import define, evolve, field
from hypothesis import HealthCheck, Phase, find, given, settings

from imagesearch_conformance import strategies
from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.parsed_response import parse_response
from imagesearch_conformance.checks.response import check_error_response, check_response_text
from imagesearch_conformance.checks.result import CheckContext
from imagesearch_conformance.checks.success_response import check_success_response
from imagesearch_conformance.checks.violations import find_violations
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.contract.parameters import to_wire_value
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.transport.request_encoder import RequestEncoder

#: The plain search that whatever is no request is judged beside.
_ID, _TITLE = "request.minimal/first", "as it is"

#: Made where Hypothesis forbids slow code: a conftest of others does the same.
EARLY = [getattr(strategies, name)() for name in strategies.__all__]

_JSON = (("Content-Type", "application/json"),)


@define(repr=False)
class Bench:
    """A contract with all that can be asked about a request or a reply in it."""

    contract: Contract
    emulator: Emulator
    target: Target
    now: object
    nonces: count = field(factory=count)

    @property
    def names(self):
        """The names of an image that the emulator has, by parameter."""
        instance = self.target.instance
        image = instance.images[0]
        product, picture = self.contract.image.parameters
        return {self.contract.instance_parameter: instance.name, product: image.product_id, picture: image.pic_name}

    def case(self, request, target=None):
        shop = CaseBuilder(self.contract, target or self.target, Survey.from_target(self.target))
        parameters = tuple((name, to_wire_value(value)) for name, value in request.items())
        return shop.success_case(_ID, _TITLE, evolve(shop.request(), parameters=parameters))

    def sent(self, request, target=None):
        probe = self.case(request, target).probes[0]
        return RequestEncoder(self.contract, target or self.target).encode(
            probe, self.now, f"nonce-{next(self.nonces)}"
        )

    def broken(self, request):
        """The rules that a request breaks, read from its bytes, where what it names is there."""
        image = Image(*(request.get(name) or "" for name in self.contract.image.parameters))
        known = Instance(request.get(self.contract.instance_parameter) or "", InstanceType.PRODUCT, (image,))
        target = evolve(self.target, instances=(known,))
        return find_violations(self.contract, target, parse_request(self.contract, self.sent(request, target)))

    def answer(self, request):
        """What the emulator makes of a request: status and body."""
        reply = parse_response(
            self.emulator.handle(self.sent(request), self.now), self.contract.protocol.success_status
        )
        return reply.wire.status, reply.document

    def departures(self, request, body):
        """What a success departs from as the answer to a request of what the emulator has."""
        case = self.case(request)
        reply = WireResponse(self.contract.protocol.success_status, _JSON, _encoded(body))
        return judge(self.contract, self.target, case, [Exchange(self.sent(request), reply, self.now, 0.01)]).findings

    def flaws(self, status, body, most=None):
        """What a reply departs from by itself, besides its size where a page may be as long as `most`."""
        request = {**self.names, **({self.contract.window.count_parameter: most} if most else {})}
        unknown = evolve(self.target, instances=(Instance("elsewhere"),))
        sent = parse_request(self.contract, self.sent(request))
        reading = parse_response(WireResponse(status, _JSON, _encoded(body)), self.contract.protocol.success_status)
        view = CheckContext(self.contract, unknown, self.case(request), sent, reading)
        judges = (
            (check_success_response,) if status == self.contract.protocol.success_status else (check_error_response,)
        )
        return [
            one.finding for check in (check_response_text, *judges) for one in check(view) if one.finding is not None
        ]


def _encoded(body):
    import json

    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture(scope="session")
def made(contract, later, now):
    """The benches of both revisions."""

    def bench(one):
        given = EmulatorSettings(qps=None)
        return Bench(
            one,
            Emulator(one, given, store=Store.from_contract(one)),
            emulated(one, "http://emulator.example", given),
            now,
        )

    return {one.revision: bench(one) for one in (contract, later)}


@pytest.fixture(scope="session", params=["2023-09", "2026-06"])
def bench(request, made):
    return made[request.param]


def _collected(strategy, number):
    found = []

    @settings(max_examples=number, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(one):
        found.append(one)

    collect()
    return found


@pytest.fixture(scope="session")
def drawn():
    """Examples by the name of the strategy and its arguments, drawn once."""

    @cache
    def look(name, number, **arguments):
        return _collected(getattr(strategies, name)(**arguments), number)

    return look


@pytest.fixture(scope="session")
def some():
    """So many examples of a strategy, the same every time."""
    return _collected


@pytest.fixture(scope="session")
def smallest():
    """The example that everything shrinks to."""

    def look(strategy, wanted=lambda _: True):
        shrinking = settings(database=None, derandomize=True, phases=[Phase.generate, Phase.shrink])
        return find(strategy, wanted, settings=shrinking)

    return look
