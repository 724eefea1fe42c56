"""Dates as both signature versions write them: yyyy-MM-ddTHH:mm:ssZ."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DATE_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")


def parse_date(text: str) -> datetime | None:
    """The moment in UTC, or None for any other notation and for a date that does not exist."""
    found = _DATE_PATTERN.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def format_date(time: datetime) -> str:
    """The moment, which must know its time zone, in UTC and without fractions of a second."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
