"""Dates in the format of both signature versions: yyyy-MM-ddTHH:mm:ssZ."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DATE_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z")


def parse_date(text: str) -> datetime | None:
    """Parse a date; None for another format and for a date that does not exist."""
    match = _DATE_PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def format_date(time: datetime) -> str:
    """Format a time, which must have a time zone, in UTC without fractions of a second."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
