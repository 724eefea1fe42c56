"""Reports of runs against clients in this process, after a round trip through JSON."""

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

from .example_clients import CLIENTS, Plain, build_search

#: Scenarios of every kind.
CORE_SCENARIOS = (
    "num.maximum", "wire.spaces", "decoding.gzip", "decoding.text", "malformed.bom", "error.NoPicList.*",
    "error.InternalOssError.*", "redirect.*",
)  # fmt: skip


@pytest.fixture(scope="session")
def run_client(contract):
    """Run against a client in this process and return the report."""

    def run(
        client_type=Plain,
        *,
        driver=CallableDriver,
        stopped=lambda: False,
        known=(),
        by=contract,
        select=CORE_SCENARIOS,
        **options,
    ):
        client_contract = by.for_clients()
        with ScriptedServer(lambda: datetime.now(UTC)) as server:
            credentials = generate_credentials()
            target = build_server_target(client_contract, server.endpoint, credentials)
            client = client_type(server.endpoint, credentials.access_key_id, credentials.access_key_secret)
            client_driver = driver(build_search(client), 15, time.monotonic)
            *_, finished = ClientRun(
                client_contract, target, server.other_endpoint, Options(select=select, **options), client_driver,
                server, lambda: datetime.now(UTC), time.perf_counter, stopped, known,
            ).events()  # fmt: skip
        text = render_json(build_report(finished.record))
        assert credentials.access_key_secret not in text
        return json.loads(text)

    return run


@pytest.fixture(scope="session")
def get_client_report(run_client):
    """Return a copy of the report of a client by its name; each client runs once."""
    texts = {}

    def get_report(name):
        if name not in texts:
            texts[name] = json.dumps(run_client(CLIENTS[name]))
        return json.loads(texts[name])

    return get_report
