"""Relations between responses, bursts, preconditions of a judgement, and whole runs."""

import copy
from datetime import timedelta

import pytest
from attrs import evolve

from imagesearch_conformance.cases.build import build_cases
from imagesearch_conformance.cases.paging import paging_cases
from imagesearch_conformance.checks.judge import NotJudged, judge
from imagesearch_conformance.checks.whole_run import REQUEST_ID_UNIQUE, THROTTLING_BELOW, judge_run
from imagesearch_conformance.model.case import Probe, Violation
from imagesearch_conformance.model.survey import Entry, Survey
from imagesearch_conformance.model.target import Capabilities, Image

DENIED = {"Code": "DeniedRequest", "RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"}


@pytest.fixture
def find_case(contract, target):
    cases = {case.id: case for case in build_cases(contract, target, Survey.from_target(target))}
    return cases.__getitem__


@pytest.fixture
def violated_requirements(contract, target, build_exchange):
    def run(case, *responses, status=200):
        exchanges = [build_exchange(case, response, status, index) for index, response in enumerate(responses)]
        return {finding.requirement for finding in judge(contract, target, case, exchanges).findings}

    return run


def test_an_explicit_default_returns_the_same_entries(find_case, violated_requirements, sample):
    other = copy.deepcopy(sample)
    other["Auctions"].append(other["Auctions"][0] | {"PicName": "another"})
    other["Head"] |= {"DocsFound": 2, "DocsReturn": 2}
    assert violated_requirements(find_case("num.default/explicit"), sample, sample) == set()
    assert violated_requirements(find_case("num.default/explicit"), sample, other) == {"num.default"}


def test_a_missing_image_has_no_entries(find_case, violated_requirements, sample):
    empty = sample | {"Auctions": [], "Head": {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 1}}
    assert violated_requirements(find_case("image.known/picture-plain"), empty) == set()
    assert violated_requirements(find_case("image.known/picture-plain"), sample) == {"image.known"}


def test_entries_end_at_the_window(find_case, violated_requirements, sample, contract):
    asked = find_case("window.maximum/last")
    start = int(asked.probes[0].request.value(contract.window.start_parameter))
    room = contract.window.maximum - start
    entry = sample["Auctions"][0]
    for count, expected in ((room, set()), (room + 1, {"window.maximum"})):
        sample["Auctions"] = [entry] * count
        sample["Head"] |= {"DocsFound": count, "DocsReturn": count}
        assert violated_requirements(asked, sample) == expected


@pytest.mark.parametrize(("counted", "fine"), [(200, True), (201, True), (100, False), (199, False)])
def test_no_page_extends_beyond_the_counter_of_matches(violated_requirements, contract, sample, builder, counted, fine):
    known = tuple(Entry(Image("demo", f"picture-{place}"), score=0.5) for place in range(200))
    learned = evolve(builder, survey=evolve(builder.survey, entries=known))
    case = next(case for case in paging_cases(learned) if case.id == "paging.counters/pages")
    found = violated_requirements(case, *(build_page(contract, sample, probe, known, counted) for probe in case.probes))
    assert ("paging.counters" in found) is not fine


def build_page(contract, sample, probe, known, counted):
    """The response to a page of a ranking, with a given counter of matches."""
    window = contract.window
    start, count = (int(probe.request.value(name)) for name in (window.start_parameter, window.count_parameter))
    entries = [sample["Auctions"][0] | {"PicName": entry.image.pic_name} for entry in known[start : start + count]]
    head = {"DocsFound": len(entries), "DocsReturn": counted, "SearchTime": 1}
    return sample | {"Auctions": entries, "Head": head}


def rate_limit_body(contract):
    return DENIED | {"Message": contract.errors.find("DeniedRequest").message}


@pytest.fixture
def judge_burst(contract, target, build_exchange, sample):
    """Judge a burst of responses `gap` seconds apart; the last may be a rate-limit error."""
    claims = Capabilities(throttling_qps=2)
    throttled = evolve(target, capabilities=claims)
    (case,) = [case for case in build_cases(contract, throttled, Survey.from_target(throttled)) if case.burst_size]

    def run(count, gap, refused):
        made = [build_exchange(case, sample) for _ in range(count)]
        if refused:
            made[-1] = build_exchange(case, rate_limit_body(contract), 403)
        spaced = [
            evolve(exchange, sent_at=exchange.sent_at + timedelta(seconds=gap * index))
            for index, exchange in enumerate(made)
        ]
        return judge(contract, throttled, case, spaced)

    return run


def test_a_burst_with_a_rate_limit_error_passes(judge_burst):
    judged = judge_burst(3, 0.1, refused=True)
    assert judged.findings == ()
    assert "throttling.above" in judged.exercised


def test_a_fast_burst_without_a_rate_limit_error_fails(judge_burst):
    (finding,) = judge_burst(5, 0.01, refused=False).findings
    assert finding.requirement == "throttling.above"


def test_a_slow_burst_without_a_rate_limit_error_is_not_judged(judge_burst):
    assert isinstance(judge_burst(5, 0.5, refused=False), NotJudged)


def test_a_request_other_than_the_intended_one_is_not_judged(contract, target, builder, build_exchange, sample):
    case = builder.success_case("request.minimal/first", "minimal", builder.request())
    meant = evolve(case, violations=frozenset({Violation("Num", "maximum")}))
    judged = judge(contract, target, meant, [build_exchange(case, sample)])
    assert isinstance(judged, NotJudged)
    assert "expected Num: maximum" in judged.reason


def test_a_request_with_an_additional_violation_is_not_judged(
    contract, target, builder, build_exchange, sample, num_above_maximum
):
    broken = evolve(num_above_maximum, probes=(Probe(builder.request({"Num": "101", "Start": "-1"})),))
    judged = judge(contract, target, broken, [build_exchange(broken, sample)])
    assert isinstance(judged, NotJudged)


def test_a_truncated_response_is_not_judged(contract, target, builder, build_exchange, sample):
    case = builder.success_case("request.minimal/first", "minimal", builder.request())
    cut = build_exchange(case, sample)
    judged = judge(contract, target, case, [evolve(cut, response=evolve(cut.response, truncated=True))])
    assert isinstance(judged, NotJudged)


def test_two_responses_with_the_same_id_fail(contract, target, builder, build_exchange, sample):
    case = builder.success_case("request.minimal/first", "minimal", builder.request())
    one, other = (
        build_exchange(case, sample),
        build_exchange(case, sample | {"RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"}),
    )
    again = build_exchange(case, sample)
    assert judge_run(contract, target, [(case, (one, other))])[REQUEST_ID_UNIQUE].findings == ()
    assert judge_run(contract, target, [(case, (one, again))])[REQUEST_ID_UNIQUE].findings
    assert REQUEST_ID_UNIQUE not in judge_run(contract, target, [(case, (one,)), (case, (one,))])


def test_an_unprovoked_rate_limit_error_fails(contract, target, builder, build_exchange, sample):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=5))
    case = builder.success_case("request.minimal/first", "minimal", builder.request())
    calm, hasty = build_exchange(case, sample), build_exchange(case, rate_limit_body(contract), 403)
    assert judge_run(contract, claimed, [(case, (calm,))])[THROTTLING_BELOW].findings == ()
    assert judge_run(contract, claimed, [(case, (calm, hasty))])[THROTTLING_BELOW].findings
    assert THROTTLING_BELOW not in judge_run(contract, target, [(case, (calm,))])
