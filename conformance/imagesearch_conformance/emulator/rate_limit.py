"""The rate limit of instances."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from threading import Lock


class RequestRateLimit:
    """Accepts at most `qps` requests to an instance in any sliding second; rejected requests do not count.

    A rate below one extends the window: 0.5 accepts one request in two seconds.
    """

    def __init__(self, qps: float | None) -> None:
        self._limit = None if qps is None else max(1, int(qps))
        self._window = timedelta(seconds=0 if qps is None or self._limit is None else self._limit / qps)
        self._recent_requests: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._lock = Lock()

    def try_acquire(self, instance: str, now: datetime) -> bool:
        """Count a request and return True if the rate limit allows it now."""
        if self._limit is None:
            return True
        with self._lock:
            recent = self._recent_requests[instance]
            while recent and recent[0] <= now - self._window:
                recent.popleft()
            if len(recent) >= self._limit:
                return False
            recent.append(now)
            return True
