"""The nonces used so far."""

from __future__ import annotations

import heapq
from datetime import datetime
from threading import Lock

#: The maximum number of nonces in the cache.
MAX_NONCES = 20_000


class NonceCache:
    """Nonces by key, each kept until its request would be too old anyway; thread-safe.

    Beyond `MAX_NONCES`, the nonces that expire first are evicted early: bounded memory matters more than
    a replay after thousands of other requests.
    """

    def __init__(self) -> None:
        self._used: set[tuple[str, str]] = set()
        self._expiry_heap: list[tuple[datetime, tuple[str, str]]] = []
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._used)

    def use(self, access_key_id: str, nonce: str, *, expires_at: datetime, now: datetime) -> bool:
        """Store a nonce until it expires; return False if it is already stored."""
        with self._lock:
            self._evict(now)
            if (access_key_id, nonce) in self._used:
                return False
            self._used.add((access_key_id, nonce))
            heapq.heappush(self._expiry_heap, (expires_at, (access_key_id, nonce)))
            return True

    def _evict(self, now: datetime) -> None:
        while self._expiry_heap and (self._expiry_heap[0][0] < now or len(self._expiry_heap) >= MAX_NONCES):
            self._used.discard(heapq.heappop(self._expiry_heap)[1])
