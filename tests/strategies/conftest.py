"""Judges of drawn examples: the rules, the checks and the emulator of each revision."""

import json
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
from imagesearch_conformance.emulator.target import build_target
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.model.wire import Exchange, WireResponse
from imagesearch_conformance.transport.request_encoder import RequestEncoder

#: Created where Hypothesis forbids slow code, as the conftest of another project may do.
EARLY = [getattr(strategies, name)() for name in strategies.__all__]

_JSON = (("Content-Type", "application/json"),)


@define(repr=False)
class Judges:
    """The rules, checks and emulator of one contract."""

    contract: Contract
    emulator: Emulator
    target: Target
    now: object
    nonces: count = field(factory=count)

    @property
    def names(self):
        """The parameters that name an image of the emulator."""
        instance = self.target.instance
        image = instance.images[0]
        product, picture = self.contract.image.parameters
        return {self.contract.instance_parameter: instance.name, product: image.product_id, picture: image.pic_name}

    def case(self, request):
        builder = CaseBuilder(self.contract, self.target, Survey.from_target(self.target))
        parameters = tuple((name, to_wire_value(value)) for name, value in request.items())
        return builder.success_case(
            "request.minimal/first", "a request", evolve(builder.request(), parameters=parameters)
        )

    def encode(self, request):
        (probe,) = self.case(request).probes
        return RequestEncoder(self.contract, self.target).encode(probe, self.now, f"nonce-{next(self.nonces)}")

    def violations(self, request):
        """Return the violations in the bytes of a request, if its names exist."""
        image = Image(*(request.get(name) or "" for name in self.contract.image.parameters))
        instance = Instance(request.get(self.contract.instance_parameter) or "", InstanceType.PRODUCT, (image,))
        target = evolve(self.target, instances=(instance,))
        return find_violations(self.contract, target, parse_request(self.contract, self.encode(request)))

    def send(self, request):
        """Return the status and the body of the emulator's response."""
        response = self.emulator.handle(self.encode(request), self.now)
        parsed = parse_response(response, self.contract.protocol.success_status)
        return response.status, parsed.document

    def findings(self, request, body):
        """Return the findings of a success response to a request."""
        response = WireResponse(self.contract.protocol.success_status, _JSON, _encode_json(body))
        exchange = Exchange(self.encode(request), response, self.now, 0.01)
        return judge(self.contract, self.target, self.case(request), [exchange]).findings

    def response_findings(self, status, body, max_entries=None):
        """Return the findings of a response to any request with a page of up to `max_entries`."""
        success = self.contract.protocol.success_status
        page = {self.contract.window.count_parameter: max_entries} if max_entries else {}
        request = {**self.names, **page}
        unknown_target = evolve(self.target, instances=(Instance("elsewhere"),))
        parsed_request = parse_request(self.contract, self.encode(request))
        parsed_response = parse_response(WireResponse(status, _JSON, _encode_json(body)), success)
        context = CheckContext(self.contract, unknown_target, self.case(request), parsed_request, parsed_response)
        check = check_success_response if status == success else check_error_response
        results = [*check_response_text(context), *check(context)]
        return [result.finding for result in results if result.finding is not None]


def _encode_json(body):
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.fixture(scope="session")
def judges_by_revision(contract, later, now):
    def build(revision):
        emulator_settings = EmulatorSettings(qps=None)
        emulator = Emulator(revision, emulator_settings, store=Store.from_contract(revision))
        return Judges(revision, emulator, build_target(revision, "http://emulator.example", emulator_settings), now)

    return {revision.revision: build(revision) for revision in (contract, later)}


@pytest.fixture(scope="session", params=["2023-09", "2026-06"])
def judges(request, judges_by_revision):
    return judges_by_revision[request.param]


def _draw(strategy, number):
    examples = []

    @settings(max_examples=number, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(example):
        examples.append(example)

    collect()
    return examples


@pytest.fixture(scope="session")
def draw():
    """Draw a number of examples of a strategy, always the same."""
    return _draw


@pytest.fixture(scope="session")
def examples():
    """Examples by the name of a strategy and its arguments, drawn once."""

    @cache
    def draw_named(name, number, **arguments):
        return _draw(getattr(strategies, name)(**arguments), number)

    return draw_named


@pytest.fixture(scope="session")
def smallest():
    """Find the example to which all others shrink."""

    def find_smallest(strategy, predicate=lambda _: True):
        shrinking = settings(database=None, derandomize=True, phases=[Phase.generate, Phase.shrink])
        return find(strategy, predicate, settings=shrinking)

    return find_smallest
