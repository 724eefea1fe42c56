"""Which nonces were used: a memory that forgets what the clock would refuse anyway."""

from __future__ import annotations

import heapq
from datetime import datetime
from threading import Lock

#: So many are remembered at once, however fast they come.
MOST = 20_000


class Nonces:
    """Nonces by key, each kept until the request that carried it would be too old; thread-safe.

    Beyond so many at once those that expire first are forgotten early: memory matters more than who
    repeats a request after thousands of others.
    """

    def __init__(self) -> None:
        self._used: set[tuple[str, str]] = set()
        self._expiring: list[tuple[datetime, tuple[str, str]]] = []
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._used)

    def use(self, key: str, nonce: str, *, expires: datetime, now: datetime) -> bool:
        """Remembers a nonce until it expires; False when it is remembered already."""
        with self._lock:
            self._forget(now)
            if (key, nonce) in self._used:
                return False
            self._used.add((key, nonce))
            heapq.heappush(self._expiring, (expires, (key, nonce)))
            return True

    def _forget(self, now: datetime) -> None:
        while self._expiring and (self._expiring[0][0] < now or len(self._expiring) >= MOST):
            self._used.discard(heapq.heappop(self._expiring)[1])
