"""What ties replies together: same entries, none, itself, within reach; and bursts, nonces, whole runs."""

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
def case(contract, target):
    cases = {one.id: one for one in build_cases(contract, target, Survey.from_target(target))}
    return cases.__getitem__


@pytest.fixture
def judged(contract, target, exchange):
    def look(case, *replies, status=200):
        exchanges = [exchange(case, reply, status, index) for index, reply in enumerate(replies)]
        return {one.requirement for one in judge(contract, target, case, exchanges).findings}

    return look


def test_leaving_a_default_out_gives_the_same_entries(case, judged, sample):
    other = copy.deepcopy(sample)
    other["Auctions"].append(other["Auctions"][0] | {"PicName": "another"})
    other["Head"] |= {"DocsFound": 2, "DocsReturn": 2}
    assert judged(case("num.default/explicit"), sample, sample) == set()
    assert judged(case("num.default/explicit"), sample, other) == {"num.default"}


def test_an_absent_image_has_no_entries(case, judged, sample):
    empty = sample | {"Auctions": [], "Head": {"DocsFound": 0, "DocsReturn": 0, "SearchTime": 1}}
    assert judged(case("image.known/picture-plain"), empty) == set()
    assert judged(case("image.known/picture-plain"), sample) == {"image.known"}


def test_a_search_reaches_no_further_than_the_window(case, judged, sample, contract):
    asked = case("window.maximum/last")
    start = int(asked.probes[0].request.value(contract.window.start_parameter))
    room = contract.window.maximum - start
    entry = sample["Auctions"][0]
    for count, expected in ((room, set()), (room + 1, {"window.maximum"})):
        sample["Auctions"] = [entry] * count
        sample["Head"] |= {"DocsFound": count, "DocsReturn": count}
        assert judged(asked, sample) == expected


@pytest.mark.parametrize(("counted", "fine"), [(200, True), (201, True), (100, False), (199, False)])
def test_no_page_reaches_beyond_the_counter_of_matches(judged, contract, sample, shop, counted, fine):
    known = tuple(Entry(Image("demo", f"picture-{place}"), score=0.5) for place in range(200))
    learned = evolve(shop, survey=evolve(shop.survey, entries=known))
    case = next(one for one in paging_cases(learned) if one.id == "paging.counters/pages")
    found = judged(case, *(shortened(contract, sample, probe, known, counted) for probe in case.probes))
    assert ("paging.counters" in found) is not fine


def shortened(contract, sample, probe, known, counted):
    """The reply to a page of a ranking, with a counter of matches that says so many."""
    window = contract.window
    start, count = (int(probe.request.value(name)) for name in (window.start_parameter, window.count_parameter))
    entries = [sample["Auctions"][0] | {"PicName": one.image.pic_name} for one in known[start : start + count]]
    head = {"DocsFound": len(entries), "DocsReturn": counted, "SearchTime": 1}
    return sample | {"Auctions": entries, "Head": head}


def denied(contract):
    return DENIED | {"Message": contract.errors.find("DeniedRequest").message}


@pytest.fixture
def burst(contract, target, exchange, sample):
    """Judges a burst of replies `gap` seconds apart; the last may be a refusal."""
    claims = Capabilities(throttling_qps=2)
    throttled = evolve(target, capabilities=claims)
    (case,) = [one for one in build_cases(contract, throttled, Survey.from_target(throttled)) if one.burst_size]

    def look(count, gap, refused):
        made = [exchange(case, sample) for _ in range(count)]
        if refused:
            made[-1] = exchange(case, denied(contract), 403)
        spaced = [evolve(one, sent_at=one.sent_at + timedelta(seconds=gap * index)) for index, one in enumerate(made)]
        return judge(contract, throttled, case, spaced)

    return look


def test_a_burst_with_a_refusal_is_right(burst):
    judged = burst(3, 0.1, refused=True)
    assert judged.findings == ()
    assert "throttling.above" in judged.exercised


def test_a_fast_burst_without_a_refusal_is_wrong(burst):
    (finding,) = burst(5, 0.01, refused=False).findings
    assert finding.requirement == "throttling.above"


def test_a_slow_burst_without_a_refusal_says_nothing(burst):
    assert isinstance(burst(5, 0.5, refused=False), NotJudged)


def test_a_request_that_is_not_the_one_meant_is_never_judged(contract, target, shop, exchange, sample):
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    meant = evolve(case, violations=frozenset({Violation("Num", "maximum")}))
    judged = judge(contract, target, meant, [exchange(case, sample)])
    assert isinstance(judged, NotJudged)
    assert "expected Num: maximum" in judged.reason


def test_a_request_with_one_violation_more_is_never_judged(contract, target, shop, exchange, sample, refusing):
    broken = evolve(refusing, probes=(Probe(shop.request({"Num": "101", "Start": "-1"})),))
    judged = judge(contract, target, broken, [exchange(broken, sample)])
    assert isinstance(judged, NotJudged)


def test_a_reply_that_was_cut_is_never_judged(contract, target, shop, exchange, sample):
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    cut = exchange(case, sample)
    judged = judge(contract, target, case, [evolve(cut, response=evolve(cut.response, truncated=True))])
    assert isinstance(judged, NotJudged)


def test_an_id_that_two_replies_share(contract, target, shop, exchange, sample):
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    one, other = exchange(case, sample), exchange(case, sample | {"RequestId": "8906582E-6722-4C4E-93E9-3B8A1B2F0B6D"})
    again = exchange(case, sample)
    assert judge_run(contract, target, [(case, (one, other))])[REQUEST_ID_UNIQUE].findings == ()
    assert judge_run(contract, target, [(case, (one, again))])[REQUEST_ID_UNIQUE].findings
    assert REQUEST_ID_UNIQUE not in judge_run(contract, target, [(case, (one,)), (case, (one,))])


def test_a_denial_that_nobody_provoked(contract, target, shop, exchange, sample):
    claimed = evolve(target, capabilities=Capabilities(throttling_qps=5))
    case = shop.success_case("request.minimal/first", "minimal", shop.request())
    calm, hasty = exchange(case, sample), exchange(case, denied(contract), 403)
    assert judge_run(contract, claimed, [(case, (calm,))])[THROTTLING_BELOW].findings == ()
    assert judge_run(contract, claimed, [(case, (calm, hasty))])[THROTTLING_BELOW].findings
    assert THROTTLING_BELOW not in judge_run(contract, target, [(case, (calm,))])
