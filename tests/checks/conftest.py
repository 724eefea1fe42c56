"""Hand-made exchanges: a request that the suite would send, and a response that a test changes."""

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
def builder(contract, target):
    return CaseBuilder(contract, target, Survey.from_target(target))


@pytest.fixture
def sample(contract):
    """A copy of the sample response of the documentation."""
    return copy.deepcopy(contract.spec_files.resolve(SAMPLE))


@pytest.fixture(scope="session")
def build_exchange(contract, target):
    """Build the exchange of a probe of a case and a response: a document, or bytes."""

    def build(case, response, status=200, index=0, headers=(("Content-Type", "application/json"),), at=NOW):
        request = RequestEncoder(contract, target).encode(case.probes[index], NOW, "nonce")
        body = response if isinstance(response, bytes) else json.dumps(response).encode()
        return Exchange(request, WireResponse(status, headers, body), at, 0.01)

    return build


@pytest.fixture(scope="module")
def build_relation_case(builder, request):
    """Build the case of a relation between responses, for the requirement ABOUT of the module."""
    about = request.module.ABOUT

    def build(relation, *requests, **more):
        case = builder.success_case(f"{about}/made", "made", builder.request())
        return evolve(case, requirements=(about,), probes=tuple(map(Probe, requests)), relation=relation, **more)

    return build


@pytest.fixture(scope="module")
def judge_relation(contract, target, build_exchange, build_relation_case):
    """Judge a relation between exchanges: pairs of a request and its response."""

    def run(relation, asked, by=target, **more):
        requests, responses = zip(*asked, strict=True)
        case = build_relation_case(relation, *requests, **more)
        return judge(
            contract,
            by,
            case,
            [build_exchange(case, response, index=index) for index, response in enumerate(responses)],
        )

    return run


@pytest.fixture(scope="module")
def describe_findings(request):
    """Return parts of the findings of ABOUT; True if it passed, None if it was not exercised."""
    about = request.module.ABOUT

    def describe(judgement, *parts):
        own = (finding for finding in judgement.findings if finding.requirement == about)
        found = [tuple(getattr(finding, part) for part in parts) for finding in own]
        return found or (True if about in judgement.exercised else None)

    return describe


@pytest.fixture
def locate_findings(contract, target, builder, build_exchange):
    """Return requirement and place of each finding in a response to a valid minimal request."""

    def locate(response, status=200, case=None, **more):
        asked = case or builder.success_case("request.minimal/first", "minimal", builder.request())
        judged = judge(contract, target, asked, [build_exchange(asked, response, status, **more)])
        return {(finding.requirement, finding.where) for finding in judged.findings}

    return locate


@pytest.fixture
def num_above_maximum(builder):
    """A case that expects an error: Num above its maximum."""
    from imagesearch_conformance.cases.negative import negative_cases

    return next(case for case in negative_cases(builder) if case.id == "num.maximum/above")
