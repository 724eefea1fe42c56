"""Exchanges made by hand: a request that the suite would send, and a reply that a test changes."""

import copy
import json
from datetime import UTC, datetime

import pytest
from attrs import evolve

from imagesearch_conformance.cases.case_builder import CaseBuilder
from imagesearch_conformance.checks.judge import judge
from imagesearch_conformance.model.case import Probe
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.target import Image, Instance, InstanceType, Target
from imagesearch_conformance.model.wire import Exchange, WireResponse
from imagesearch_conformance.transport.request_encoder import RequestEncoder

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SAMPLE = "openapi.yaml#/paths/~1/post/responses/200/content/application~1json/examples/sample/value"


@pytest.fixture(scope="session")
def target():
    product = Instance("demo", InstanceType.PRODUCT, (Image("demo", "demo"),))
    generic = Instance("generic", InstanceType.GENERIC, (Image("demo", "demo"),))
    return Target("http://127.0.0.1:8080", (product, generic))


@pytest.fixture(scope="session")
def shop(contract, target):
    return CaseBuilder(contract, target, Survey.from_target(target))


@pytest.fixture
def sample(contract):
    """The page's sample reply, free to be changed."""
    return copy.deepcopy(contract.spec_files.resolve(SAMPLE))


@pytest.fixture(scope="session")
def exchange(contract, target):
    """Makes the exchange of a case's probe and a reply: a document, or bytes."""

    def make(case, reply, status=200, index=0, headers=(("Content-Type", "application/json"),), at=NOW):
        request = RequestEncoder(contract, target).encode(case.probes[index], NOW, "nonce")
        body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        return Exchange(request, WireResponse(status, headers, body), at, 0.01)

    return make


@pytest.fixture(scope="module")
def related(shop, request):
    """Makes the case of a relation between the replies to some requests, for what the module is about."""
    about = request.module.ABOUT

    def made(relation, *requests, **more):
        case = shop.success_case(f"{about}/made", "made", shop.request())
        return evolve(case, requirements=(about,), probes=tuple(map(Probe, requests)), relation=relation, **more)

    return made


@pytest.fixture(scope="module")
def compared(contract, target, exchange, related):
    """How replies are judged that a relation ties together: pairs of a request and the reply to it."""

    def look(relation, asked, by=target, **more):
        requests, replies = zip(*asked, strict=True)
        case = related(relation, *requests, **more)
        return judge(contract, by, case, [exchange(case, reply, index=index) for index, reply in enumerate(replies)])

    return look


@pytest.fixture(scope="module")
def said(request):
    """What is wrong by a judgement with what the module is about; True where it holds, None where nothing is told."""
    about = request.module.ABOUT

    def told(judgement, *parts):
        own = (one for one in judgement.findings if one.requirement == about)
        found = [tuple(getattr(one, part) for part in parts) for one in own]
        return found or (True if about in judgement.exercised else None)

    return told


@pytest.fixture
def found(contract, target, shop, exchange):
    """The requirements that a reply to a valid minimal request departs from, with where."""

    def look(reply, status=200, case=None, **more):
        asked = case or shop.success_case("request.minimal/first", "minimal", shop.request())
        judged = judge(contract, target, asked, [exchange(asked, reply, status, **more)])
        return {(one.requirement, one.where) for one in judged.findings}

    return look


@pytest.fixture
def refusing(shop):
    """A case that has to be refused: Num above its maximum."""
    from imagesearch_conformance.cases.negative import negative_cases

    return next(case for case in negative_cases(shop) if case.id == "num.maximum/above")
