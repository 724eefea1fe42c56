"""Every response, however malformed, leads to a result, with a reason if it could not be judged."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.survey import Survey
from imagesearch_conformance.model.wire import WireResponse
from imagesearch_conformance.outcomes import Policy
from imagesearch_conformance.runner.case_executor import CaseExecutor

#: Names that checks look for.
NAMES = st.sampled_from([
    "Success", "Code", "Msg", "Message", "RequestId", "HostId", "Recommend", "Head", "DocsFound", "DocsReturn",
    "SearchTime", "PicInfo", "CategoryId", "Region", "AllCategories", "Id", "Name", "MultiRegion", "Auctions",
    "ProductId", "PicName", "CustomContent", "Score", "SortExprValues", "IntAttr", "StrAttr",
])  # fmt: skip

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=6),
    max_leaves=25,
)
BODIES = st.binary(max_size=64) | JSON.map(lambda value: json.dumps(value).encode())
HEADERS = st.lists(st.tuples(st.sampled_from(["Content-Type", "X"]), st.text("aZ/;= \xe9\0\n", max_size=9)), max_size=3)
CASES = ("num.maximum/above", "num.maximum/at", "authentication.replay/twice")


@pytest.fixture(scope="session")
def cases(bench, contract):
    target = bench().target
    return {case.id: case for case in build_cases(contract, target, Survey.from_target(target))}


@pytest.fixture(scope="session")
def execute(bench, cases):
    """Executes a case with one response to every request."""

    def run(case_id, body, status=200, headers=(("Content-Type", "application/json"),)):
        endpoint = bench(around=lambda *_: WireResponse(status, headers, body))
        executor = CaseExecutor(endpoint.contract, endpoint.target, endpoint.dispatcher(), Policy())
        return executor.execute(cases[case_id])

    return run


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    body=BODIES,
    status=st.sampled_from([100, 200, 204, 302, 400, 404, 500, 999]),
    headers=HEADERS,
    case_id=st.sampled_from(CASES),
)
def test_no_response_breaks_the_suite(execute, body, status, headers, case_id):
    result = execute(case_id, body, status, tuple(headers))
    assert result.reason or result.outcome is not Outcome.ERRORED
    assert (result.outcome is Outcome.FAILED) <= bool(result.judgement.findings)


@pytest.mark.parametrize(
    "entries",
    [
        b"[" * 100_000,
        b'{"Auctions":' * 400 + b"1" + b"}" * 400,
        b"[" * 900 + b"]" * 900,
        b"9" * 5000,
        b"1e999",
        b'[{"Score": 1e999, "IntAttr": %s}]' % (b"9" * 4000),
        b'"\\ud800"',
    ],
)
def test_extreme_values_fail_like_any_other(execute, entries):
    body = b'{"Success":true,"Code":0,"Auctions":' + entries + b"}"
    assert execute("num.maximum/at", body).outcome is Outcome.FAILED
