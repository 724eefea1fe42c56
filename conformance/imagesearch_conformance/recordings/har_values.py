"""Values of an archive, read as far as they are what they should be: writers of archives leave out and make up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: The least and the greatest status of a reply (RFC 9110 section 15).
_STATUS_RANGE = range(100, 1000)

#: The longest that an exchange is believed to have taken, in seconds, and the years in which it may have been made.
_MAX_MILLISECONDS, _PLAUSIBLE_YEARS = 10**6, range(1980, 9000)


def mapping_or_empty(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def text_or_empty(value: Any) -> str:
    """A text that UTF-8 can carry, or an empty one; a lone surrogate is replaced."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else ""


def parse_status(value: Any) -> int | None:
    """A status, or None where there was no reply."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # Compared first: what is not finite, or has endless digits, cannot be converted.
    return int(value) if _STATUS_RANGE[0] <= value <= _STATUS_RANGE[-1] else None


def parse_seconds(milliseconds: Any) -> float:
    """Seconds; archives write -1 for what they do not know."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, (int, float)):
        return 0.0
    # A whole number of endless digits cannot become a float.
    return min(max(milliseconds, 0), _MAX_MILLISECONDS) / 1000 if milliseconds == milliseconds else 0.0  # noqa: PLR0124 NaN


def parse_time(value: Any) -> datetime | None:
    """A moment in UTC; None for what is none, and for one that does not say in which time zone."""
    try:
        found = datetime.fromisoformat(text_or_empty(value).strip())
        # What lies at the very end of time cannot be moved to another zone.
        return _plausible_time(found.astimezone(UTC)) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _plausible_time(time: datetime) -> datetime | None:
    return time if time.year in _PLAUSIBLE_YEARS else None
