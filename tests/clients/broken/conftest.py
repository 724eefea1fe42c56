"""A gate in this process: a stage that all clients share, and what a client is blamed for."""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from attrs import frozen

from imagesearch_conformance.clients.driver import CallableDriver, ClientCallable
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer, build_server_target
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.model.outcome import Outcome
from imagesearch_conformance.model.target import Credentials, Target
from imagesearch_conformance.runner.client_run import ClientRun
from imagesearch_conformance.runner.events import RunRecord
from imagesearch_conformance.settings.options import Options

KEY = Credentials("key-of-the-test", "kept-secret-0123456789")


@frozen
class Gates:
    """Gates clients, one after the other, on one stage."""

    contract: Contract
    stage: ScriptedServer
    target: Target

    def record(
        self, make: Callable[[str, str, str], ClientCallable], select: Iterable[str] = (), timeout: float = 5.0
    ) -> RunRecord:
        client = make(self.stage.endpoint, KEY.access_key_id, KEY.access_key_secret)
        options = Options(select=tuple(select), deselect=("network.stalled",))
        driver = CallableDriver(client, timeout, time.monotonic)
        gate = ClientRun(
            self.contract, self.target, self.stage.other_endpoint, options, driver, self.stage, lambda: datetime.now(UTC),
            time.perf_counter,
        )  # fmt: skip
        return list(gate.events())[-1].record


@pytest.fixture(scope="session")
def gates(contract):
    with ScriptedServer(lambda: datetime.now(UTC)) as stage:
        known = contract.for_clients()
        yield Gates(known, stage, build_server_target(known, stage.endpoint, KEY))


@pytest.fixture(scope="session")
def blamed():
    """The requirements that a client departs from; the suite itself must have no fault."""

    def found(record: RunRecord) -> set[str]:
        errored = [one.reason for one in record.cases if one.outcome is Outcome.ERRORED]
        assert errored == []
        return {one.requirement.id for one in record.requirements if one.outcome in {Outcome.FAILED, Outcome.WARNED}}

    return found
