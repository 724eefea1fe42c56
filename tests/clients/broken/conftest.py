"""Runs of broken clients in this process, all against one scripted server."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from attrs import frozen

from imagesearch_conformance.clients.driver import CallableDriver, ClientCallable
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer, build_server_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.finding import Outcome
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.runner.client_run import ClientRun
from imagesearch_conformance.runner.events import RunRecord
from imagesearch_conformance.settings.options import Options

KEY = Credentials("key-of-the-test", "kept-secret-0123456789")


@frozen
class ClientRuns:
    """Runs clients one after the other against one server."""

    contract: Contract
    server: ScriptedServer
    target: Target

    def record(
        self, create_client: Callable[[str, str, str], ClientCallable], select: Iterable[str] = (), timeout: float = 5.0
    ) -> RunRecord:
        client = create_client(self.server.endpoint, KEY.access_key_id, KEY.access_key_secret)
        options = Options(select=tuple(select), deselect=("network.stalled",))
        driver = CallableDriver(client, timeout, time.monotonic)
        run = ClientRun(
            self.contract, self.target, self.server.other_endpoint, options, driver, self.server,
            lambda: datetime.now(UTC), time.perf_counter,
        )  # fmt: skip
        return list(run.events())[-1].record


@pytest.fixture(scope="session")
def client_runs(contract):
    with ScriptedServer(lambda: datetime.now(UTC)) as server:
        client_contract = contract.for_clients()
        yield ClientRuns(client_contract, server, build_server_target(client_contract, server.endpoint, KEY))


@pytest.fixture(scope="session")
def violated():
    """The requirements that a client violates; no case may have errored."""

    def violated_requirements(record: RunRecord) -> set[str]:
        errors = [case.reason for case in record.cases if case.outcome is Outcome.ERRORED]
        assert errors == []
        failed = {Outcome.FAILED, Outcome.WARNED}
        return {result.requirement.id for result in record.requirements if result.outcome in failed}

    return violated_requirements
