"""Dates of signatures."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagesearch_conformance.signing.encoding import format_date, parse_date


def test_the_format() -> None:
    assert parse_date("2023-10-26T10:22:32Z") == datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023-10-26",
        "2023-10-26T10:22:32",
        "2023-10-26T10:22:32z",
        "2023-10-26 10:22:32Z",
        "2023-10-26T10:22:32.000Z",
        "2023-10-26T10:22:32+00:00",
        "2023-10-26T10:22:32Z\n",
        " 2023-10-26T10:22:32Z",
        "2023-10-26T10%3A22%3A32Z",
        "20231026T102232Z",
        "2023-1-2T10:22:32Z",
        "\uff12\uff10\uff12\uff13-10-26T10:22:32Z",
        "2023-02-30T10:22:32Z",
        "2023-10-26T24:00:00Z",
        "2023-10-26T23:59:60Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_other_formats_and_impossible_dates_are_rejected(text: str) -> None:
    assert parse_date(text) is None


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_survive_a_round_trip_but_for_fractions(time_: datetime) -> None:
    assert parse_date(format_date(time_)) == time_.replace(microsecond=0)


def test_another_time_zone_is_converted() -> None:
    east = timezone(timedelta(hours=8))
    assert format_date(datetime(2023, 10, 26, 18, 22, 32, 999999, tzinfo=east)) == "2023-10-26T10:22:32Z"


@given(st.text())
def test_parsing_never_raises(text: str) -> None:
    time_ = parse_date(text)
    assert time_ is None or format_date(time_) == text


def test_the_time_zone_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        assert format_date(datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC)) == "2023-10-26T10:22:32Z"
    time.tzset()
