"""Throttles limit the rate of requests."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagesearch_conformance.transport.throttle import EvenRateLimiter, NoThrottle, create_throttle


def test_requests_are_evenly_spaced():
    limiter = EvenRateLimiter(50)
    start = time.monotonic()
    for _ in range(4):
        limiter.wait()
    assert time.monotonic() - start >= 3 * 0.020


def test_all_threads_share_the_rate():
    limiter = EvenRateLimiter(50)
    start = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(limiter.wait) for _ in range(4)]:
            future.result()
    assert time.monotonic() - start >= 3 * 0.020


def test_a_pause_does_not_allow_a_burst():
    limiter = EvenRateLimiter(100)
    limiter.wait()
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        pass
    start = time.monotonic()
    for _ in range(3):
        limiter.wait()
    assert time.monotonic() - start >= 2 * 0.010 - 0.001


@pytest.mark.parametrize("qps", [0.001, 3, 10_000, 1e9])
def test_the_first_request_never_waits(qps):
    start = time.monotonic()
    EvenRateLimiter(qps).wait()
    assert time.monotonic() - start < 1


def test_without_a_rate_there_is_no_throttle():
    assert create_throttle(None) == NoThrottle()
    assert isinstance(create_throttle(5), EvenRateLimiter)
