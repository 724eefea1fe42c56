"""Read values of an archive leniently: tools leave some out and write others in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: The range of statuses (RFC 9110 section 15).
_STATUS_RANGE = range(100, 1000)

#: Maximum duration of an exchange, and the years that its time may have.
_MAX_MILLISECONDS, _PLAUSIBLE_YEARS = 10**6, range(1980, 9000)


def mapping_or_empty(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def text_or_empty(value: Any) -> str:
    """The text, or an empty one; lone surrogates are replaced, so that it can be encoded as UTF-8."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else ""


def parse_status(value: Any) -> int | None:
    """The status, or None for an invalid one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # The comparison comes first: infinite and very long numbers cannot be converted.
    return int(value) if _STATUS_RANGE[0] <= value <= _STATUS_RANGE[-1] else None


def parse_seconds(milliseconds: Any) -> float:
    """The duration in seconds, 0 if unknown; archives write -1 for that."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return 0.0
    # A very long integer cannot be converted to a float.
    return min(max(milliseconds, 0), _MAX_MILLISECONDS) / 1000 if milliseconds == milliseconds else 0.0  # noqa: PLR0124 NaN


def parse_time(value: Any) -> datetime | None:
    """A time in UTC; None for an invalid one or one without a time zone."""
    try:
        time = datetime.fromisoformat(text_or_empty(value).strip())
        utc = time.astimezone(UTC) if time.tzinfo is not None else None
    except (ValueError, OverflowError):  # times in the years 1 and 9999 may leave the range of datetime
        return None
    return utc if utc is not None and utc.year in _PLAUSIBLE_YEARS else None
