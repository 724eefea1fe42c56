"""The office of a worker of pytest-xdist: asks the one in the controlling process, so that there is but one."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from typing import Any

from attrs import define, field

from imagesearch_conformance.errors import InternalError
from imagesearch_conformance.pytest_plugin.case_service import CaseInfo, CaseOutcome, CaseService

#: Under which name workers are told where the office is.
WORKER_INPUT_KEY = "imagesearch_conformance"

_LOOPBACK = ("127.0.0.1", 0)


@define
class CaseServer:
    """Serves an office to other processes of this machine that know its key."""

    service: CaseService
    _auth_key: bytes = field(factory=lambda: secrets.token_bytes(32))
    _listener: Listener = field(init=False)
    _closed: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._listener = Listener(_LOOPBACK, authkey=self._auth_key)
        threading.Thread(target=self._accept_workers, name="imagesearch", daemon=True).start()

    @property
    def address(self) -> dict[str, Any]:
        """What a worker needs to find it: plain data."""
        host, port = self._listener.address
        return {"host": host, "port": port, "key": self._auth_key.hex()}

    def close(self) -> None:
        """Serves nobody any more."""
        self._closed = True
        self._listener.close()

    def _accept_workers(self) -> None:
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
                    connection.send(self.service.list_cases() if what == "list_cases" else self.service.run_case(name))
                except (OSError, EOFError):
                    return


@define
class RemoteCaseService:
    """The office as a worker sees it."""

    _connection: Connection

    @classmethod
    def from_address(cls, address: Mapping[str, Any]) -> RemoteCaseService:
        """The office at an address that a `Counter` gave."""
        return cls(Client((address["host"], address["port"]), authkey=bytes.fromhex(address["key"])))

    def list_cases(self) -> tuple[CaseInfo, ...]:
        """Every case."""
        planned: tuple[CaseInfo, ...] = self._request("list_cases", "")
        return planned

    def run_case(self, case_id: str) -> CaseOutcome:
        """What becomes of a case."""
        made: CaseOutcome = self._request("run_case", case_id)
        return made

    def _request(self, method: str, case_id: str) -> Any:
        try:
            self._connection.send((method, case_id))
            return self._connection.recv()
        except (OSError, EOFError) as problem:
            raise InternalError(f"the controlling process does not answer: {problem!r}") from None
