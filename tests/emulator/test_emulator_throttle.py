"""How often an instance may be asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.rate_limit import RequestRateLimit
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.errors import InvalidInput

from .emulator_conversation import NOW, Opening


def admitted(throttle: RequestRateLimit, seconds: list[float]) -> list[bool]:
    return [throttle.try_acquire("instance", NOW + timedelta(seconds=second)) for second in seconds]


def test_any_sliding_second_holds_the_rate_and_no_more() -> None:
    assert admitted(RequestRateLimit(2), [0, 0.5, 0.9, 1.0, 1.4, 1.5]) == [True, True, False, True, False, True]


def test_refused_requests_do_not_count() -> None:
    assert admitted(RequestRateLimit(1), [0, 0.3, 0.6, 0.9, 1.0]) == [True, False, False, False, True]


def test_a_rate_below_one_stretches_the_second() -> None:
    assert admitted(RequestRateLimit(0.5), [0, 1, 2]) == [True, False, True]


def test_no_rate_means_no_limit() -> None:
    assert all(admitted(RequestRateLimit(None), [0.0] * 100))


def test_threads_together_get_the_rate() -> None:
    throttle = RequestRateLimit(50)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: throttle.try_acquire("i", NOW), range(400))).count(True) == 50


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_rate_is_greater_than_zero(rate: float) -> None:
    with pytest.raises(InvalidInput):
        EmulatorSettings(qps=rate)


def test_instances_are_counted_apart_and_only_for_requests_let_in(opening: Opening) -> None:
    talk = opening(qps=1.0)
    assert talk.sent(talk.unsigned()).refusal == (400, "MissingAccessKeyId")
    assert talk.ask(lambda request: request.with_headers((FAULT_HEADER, "EmptyMeta"))).refusal == (400, "EmptyMeta")
    assert talk.ask(InstanceName="absent").refusal == (400, "InvalidInstance")
    assert talk.ask().refusal is None
    assert talk.ask().refusal == (403, "DeniedRequest")
    assert talk.ask(Num="x").refusal == (403, "DeniedRequest")
    assert talk.ask(InstanceName="genericdemo").refusal is None
    talk.now += timedelta(seconds=1)
    assert talk.ask().refusal is None
