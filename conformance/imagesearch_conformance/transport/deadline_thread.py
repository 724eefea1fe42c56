"""One thread for the deadlines of all exchanges."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import inf

from attrs import define, field


@define
class DeadlineThread:
    """Calls functions at given times; thread-safe. The thread starts with the first call of `schedule`.

    `threading.Timer` would start a thread for each exchange, which takes longer than most exchanges.
    """

    _pending: dict[object, tuple[float, Callable[[], None]]] = field(factory=dict, init=False)
    _condition: threading.Condition = field(factory=threading.Condition, init=False)
    _wake_time: float = field(default=inf, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def schedule(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call a function in the thread after `seconds`; the returned function cancels the call."""
        key, due_time = object(), time.monotonic() + seconds
        with self._condition:
            self._ensure_started()
            self._pending[key] = due_time, callback
            if due_time < self._wake_time:
                self._condition.notify_all()

        def cancel() -> None:
            with self._condition:
                self._pending.pop(key, None)

        return cancel

    def close(self) -> None:
        """Stop the thread, and drop all pending calls."""
        with self._condition:
            self._pending.clear()
            self._thread = None
            self._condition.notify_all()

    def _ensure_started(self) -> None:
        # A thread may have failed to start, or may not exist in a process after a fork.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run_callbacks, name="deadlines", daemon=True)
            self._thread.start()

    def _run_callbacks(self) -> None:
        while (callbacks := self._wait_for_due()) is not None:
            for callback in callbacks:
                callback()

    def _wait_for_due(self) -> list[Callable[[], None]] | None:
        """Wait until calls are due, and return them; None if the thread is to stop."""
        with self._condition:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                if due := [key for key, (due_time, _) in self._pending.items() if due_time <= now]:
                    return [self._pending.pop(key)[1] for key in due]
                # A cancelled call does not notify: the thread wakes up once without a call to make.
                self._wake_time = min((due_time for due_time, _ in self._pending.values()), default=inf)
                self._condition.wait(None if self._wake_time == inf else self._wake_time - now)
            return None
