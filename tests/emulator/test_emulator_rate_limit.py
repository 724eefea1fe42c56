"""The rate limit of instances."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.rate_limit import RequestRateLimit
from imagesearch_conformance.emulator.settings import FAULT_HEADER
from imagesearch_conformance.errors import InvalidInput

from .emulator_client import NOW, ClientFactory


def acquire_all(rate_limit: RequestRateLimit, seconds: list[float]) -> list[bool]:
    return [rate_limit.try_acquire("instance", NOW + timedelta(seconds=second)) for second in seconds]


def test_any_sliding_second_contains_at_most_the_rate() -> None:
    assert acquire_all(RequestRateLimit(2), [0, 0.5, 0.9, 1.0, 1.4, 1.5]) == [True, True, False, True, False, True]


def test_rejected_requests_do_not_count() -> None:
    assert acquire_all(RequestRateLimit(1), [0, 0.3, 0.6, 0.9, 1.0]) == [True, False, False, False, True]


def test_a_rate_below_one_extends_the_window() -> None:
    assert acquire_all(RequestRateLimit(0.5), [0, 1, 2]) == [True, False, True]


def test_no_rate_means_no_limit() -> None:
    assert all(acquire_all(RequestRateLimit(None), [0.0] * 100))


def test_threads_share_the_rate() -> None:
    rate_limit = RequestRateLimit(50)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: rate_limit.try_acquire("i", NOW), range(400))).count(True) == 50


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_a_rate_must_be_positive(rate: float) -> None:
    with pytest.raises(InvalidInput):
        EmulatorSettings(qps=rate)


def test_authenticated_requests_count_separately_for_each_instance(create_client: ClientFactory) -> None:
    client = create_client(qps=1.0)
    assert client.send(client.build_request()).error == (400, "MissingAccessKeyId")
    assert client.search(lambda request: request.with_headers((FAULT_HEADER, "EmptyMeta"))).error == (400, "EmptyMeta")
    assert client.search(InstanceName="absent").error == (400, "InvalidInstance")
    assert client.search().error is None
    assert client.search().error == (403, "DeniedRequest")
    assert client.search(Num="x").error == (403, "DeniedRequest")
    assert client.search(InstanceName="genericdemo").error is None
    client.now += timedelta(seconds=1)
    assert client.search().error is None
