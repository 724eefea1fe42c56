"""The office of a worker of pytest-xdist: asks the one in the controlling process, so that there is but one."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

from attrs import define, field

from imagesearch_conformance.errors import BrokenSuite
from imagesearch_conformance.pytest_plugin.office import Made, Office, Planned

#: Under which name workers are told where the office is.
KEY = "imagesearch_conformance"

_LOOPBACK = ("127.0.0.1", 0)


@define
class Counter:
    """Serves an office to other processes of this machine that know its key."""

    office: Office
    _key: bytes = field(factory=lambda: secrets.token_bytes(32))
    _listener: Listener = field(init=False)
    _closed: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._listener = Listener(_LOOPBACK, authkey=self._key)
        threading.Thread(target=self._accept, name="imagesearch", daemon=True).start()

    @property
    def address(self) -> dict[str, Any]:
        """What a worker needs to find it: plain data."""
        host, port = self._listener.address
        return {"host": host, "port": port, "key": self._key.hex()}

    def close(self) -> None:
        """Serves nobody any more."""
        self._closed = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                # Whoever else knocks on the port and leaves must not keep the workers out.
                continue
            threading.Thread(target=self._serve, args=(connection,), name="imagesearch", daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    what, name = connection.recv()
                    connection.send(self.office.planned() if what == "planned" else self.office.made(name))
                except (OSError, EOFError):
                    return


@define
class Remote:
    """The office as a worker sees it."""

    _connection: Connection

    @classmethod
    def at(cls, address: Mapping[str, Any]) -> Remote:
        """The office at an address that a `Counter` gave."""
        return cls(Client((address["host"], address["port"]), authkey=bytes.fromhex(address["key"])))

    def planned(self) -> tuple[Planned, ...]:
        """Every case."""
        planned: tuple[Planned, ...] = self._asked("planned", "")
        return planned

    def made(self, name: str) -> Made:
        """What becomes of a case."""
        made: Made = self._asked("made", name)
        return made

    def _asked(self, what: str, name: str) -> Any:
        try:
            self._connection.send((what, name))
            return self._connection.recv()
        except (OSError, EOFError) as problem:
            raise BrokenSuite(f"the controlling process does not answer: {problem!r}") from None
