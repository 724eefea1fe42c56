"""The case service for workers of pytest-xdist: they call the one in the controlling process."""

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

#: Key of the server's address in the input of a worker.
WORKER_INPUT_KEY = "imagesearch_conformance"

_LOOPBACK = ("127.0.0.1", 0)


@define
class CaseServer:
    """Serves a case service to other processes of this machine that know its key."""

    service: CaseService
    _auth_key: bytes = field(factory=lambda: secrets.token_bytes(32))
    _listener: Listener = field(init=False)
    _closed: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._listener = Listener(_LOOPBACK, authkey=self._auth_key)
        threading.Thread(target=self._accept_workers, name="imagesearch", daemon=True).start()

    @property
    def address(self) -> dict[str, Any]:
        """Host, port and key for workers, as plain data."""
        host, port = self._listener.address
        return {"host": host, "port": port, "key": self._auth_key.hex()}

    def close(self) -> None:
        """Stop accepting connections."""
        self._closed = True
        self._listener.close()

    def _accept_workers(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                # Connections of other programs must not keep workers out.
                continue
            threading.Thread(target=self._serve, args=(connection,), name="imagesearch", daemon=True).start()

    def _serve(self, connection: Connection) -> None:
        with connection:
            while True:
                try:
                    method, case_id = connection.recv()
                    connection.send(
                        self.service.list_cases() if method == "list_cases" else self.service.run_case(case_id)
                    )
                except (OSError, EOFError):
                    return


@define
class RemoteCaseService:
    """The case service of the controlling process, called from a worker."""

    _connection: Connection

    @classmethod
    def from_address(cls, address: Mapping[str, Any]) -> RemoteCaseService:
        """Connect to the address of a `CaseServer`."""
        return cls(Client((address["host"], address["port"]), authkey=bytes.fromhex(address["key"])))

    def list_cases(self) -> tuple[CaseInfo, ...]:
        cases: tuple[CaseInfo, ...] = self._request("list_cases", "")
        return cases

    def run_case(self, case_id: str) -> CaseOutcome:
        outcome: CaseOutcome = self._request("run_case", case_id)
        return outcome

    def _request(self, method: str, case_id: str) -> Any:
        try:
            self._connection.send((method, case_id))
            return self._connection.recv()
        except (OSError, EOFError) as problem:
            raise InternalError(f"the controlling process does not respond: {problem!r}") from None
