"""Requests keep to a rate."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagesearch_conformance.transport.rate_limiter import EvenRateLimiter
from imagesearch_conformance.transport.throttle import NoThrottle, create_throttle


def test_requests_are_evenly_spaced():
    pace = EvenRateLimiter(50)
    begun = time.monotonic()
    for _ in range(4):
        pace.wait()
    assert time.monotonic() - begun >= 3 * 0.020


def test_the_rate_is_that_of_all_threads_together():
    pace = EvenRateLimiter(50)
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        for one in [pool.submit(pace.wait) for _ in range(4)]:
            one.result()
    assert time.monotonic() - begun >= 3 * 0.020


def test_a_pause_earns_no_credit():
    pace = EvenRateLimiter(100)
    pace.wait()
    passed = time.monotonic() + 0.05
    while time.monotonic() < passed:
        pass
    begun = time.monotonic()
    for _ in range(3):
        pace.wait()
    assert time.monotonic() - begun >= 2 * 0.010 - 0.001


@pytest.mark.parametrize("qps", [0.001, 3, 10_000, 1e9])
def test_the_first_request_never_waits(qps):
    begun = time.monotonic()
    EvenRateLimiter(qps).wait()
    assert time.monotonic() - begun < 1


def test_without_a_rate_nothing_waits():
    assert create_throttle(None) == NoThrottle()
    assert isinstance(create_throttle(5), EvenRateLimiter)
