"""One thread that ends what has lasted too long, for as many exchanges as there are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import inf

from attrs import define, field


@define
class DeadlineThread:
    """Calls what is due; safe for many threads. Its thread starts with the first call that is asked for.

    A timer of the standard library is a thread for each exchange, and starting one takes longer than
    most of what is judged.
    """

    _pending: dict[object, tuple[float, Callable[[], None]]] = field(factory=dict, init=False)
    _condition: threading.Condition = field(factory=threading.Condition, init=False)
    _wake_time: float = field(default=inf, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def schedule(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Has something called after so many seconds, in another thread; what is returned calls it off."""
        name, moment = object(), time.monotonic() + seconds
        with self._condition:
            self._ensure_started()
            self._pending[name] = moment, callback
            if moment < self._wake_time:
                self._condition.notify_all()

        def cancel() -> None:
            with self._condition:
                self._pending.pop(name, None)

        return cancel

    def close(self) -> None:
        """Ends the thread; what is still due is not called."""
        with self._condition:
            self._pending.clear()
            self._thread = None
            self._condition.notify_all()

    def _ensure_started(self) -> None:
        # One may not have started for want of threads, or have been left behind by a fork.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run_callbacks, name="deadlines", daemon=True)
            self._thread.start()

    def _run_callbacks(self) -> None:
        while (late := self._wait_for_due()) is not None:
            for call in late:
                call()

    def _wait_for_due(self) -> list[Callable[[], None]] | None:
        """What is due, once something is; None when it is over."""
        with self._condition:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                if late := [name for name, (moment, _) in self._pending.items() if moment <= now]:
                    return [self._pending.pop(name)[1] for name in late]
                # Nobody is woken for what is called off: at most it looks once in vain.
                self._wake_time = min((moment for moment, _ in self._pending.values()), default=inf)
                self._condition.wait(None if self._wake_time == inf else self._wake_time - now)
            return None
