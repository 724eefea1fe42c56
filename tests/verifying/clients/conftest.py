"""Reports of runs against clients in this process, as they are read back."""

import json
import time
from datetime import UTC, datetime

import pytest

from imagesearch_conformance.clients.driver import CallableDriver
from imagesearch_conformance.clients.server.scripted_server import (
    ScriptedServer,
    build_server_target,
    generate_credentials,
)
from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.serialization import render_json
from imagesearch_conformance.runner.client_run import ClientRun
from imagesearch_conformance.settings.options import Options

from .kinds import CLIENTS, Plain, searching

#: Scenarios of every kind; those of connections take no time here.
FEW = (
    "num.maximum", "wire.spaces", "decoding.gzip", "decoding.text", "malformed.bom", "error.NoPicList.*",
    "error.InternalOssError.*", "redirect.*",
)  # fmt: skip


@pytest.fixture(scope="session")
def gated(contract):
    """The report of a run against a client in this process, as it is read back."""

    def run(make=Plain, *, driver=CallableDriver, stopped=lambda: False, known=(), by=contract, select=FEW, **options):
        bound = by.for_clients()
        with ScriptedServer(lambda: datetime.now(UTC)) as stage:
            key = generate_credentials()
            target = build_server_target(bound, stage.endpoint, key)
            client = make(stage.endpoint, key.access_key_id, key.access_key_secret)
            driving = driver(searching(client), 15, time.monotonic)
            *_, last = ClientRun(
                bound, target, stage.other_endpoint, Options(select=select, **options), driving,
                stage, lambda: datetime.now(UTC), time.perf_counter, stopped, known,
            ).events()  # fmt: skip
        text = render_json(build_report(last.record))
        assert key.access_key_secret not in text
        return json.loads(text)

    return run


@pytest.fixture(scope="session")
def reports(gated):
    """Such reports by the client, each made once, and each a copy."""
    made = {}

    def report(name):
        if name not in made:
            made[name] = json.dumps(gated(CLIENTS[name]))
        return json.loads(made[name])

    return report
