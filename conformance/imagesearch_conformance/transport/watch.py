"""One thread that ends what has lasted too long, for as many exchanges as there are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from math import inf

from attrs import define, field


@define
class Watch:
    """Calls what is due; safe for many threads. Its thread starts with the first call that is asked for.

    A timer of the standard library is a thread for each exchange, and starting one takes longer than
    most of what is judged.
    """

    _due: dict[object, tuple[float, Callable[[], None]]] = field(factory=dict, init=False)
    _changed: threading.Condition = field(factory=threading.Condition, init=False)
    _wakes: float = field(default=inf, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def after(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Has something called after so many seconds, in another thread; what is returned calls it off."""
        name, moment = object(), time.monotonic() + seconds
        with self._changed:
            self._start()
            self._due[name] = moment, call
            if moment < self._wakes:
                self._changed.notify_all()

        def off() -> None:
            with self._changed:
                self._due.pop(name, None)

        return off

    def close(self) -> None:
        """Ends the thread; what is still due is not called."""
        with self._changed:
            self._due.clear()
            self._thread = None
            self._changed.notify_all()

    def _start(self) -> None:
        # One may not have started for want of threads, or have been left behind by a fork.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="deadlines", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (late := self._wait()) is not None:
            for call in late:
                call()

    def _wait(self) -> list[Callable[[], None]] | None:
        """What is due, once something is; None when it is over."""
        with self._changed:
            while self._thread is threading.current_thread():
                now = time.monotonic()
                if late := [name for name, (moment, _) in self._due.items() if moment <= now]:
                    return [self._due.pop(name)[1] for name in late]
                # Nobody is woken for what is called off: at most it looks once in vain.
                self._wakes = min((moment for moment, _ in self._due.values()), default=inf)
                self._changed.wait(None if self._wakes == inf else self._wakes - now)
            return None
