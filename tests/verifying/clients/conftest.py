"""Reports of runs against clients in this process, as they are read back."""

import json
import time
from datetime import UTC, datetime

import pytest

from imagesearch_conformance.clients.callables import CallableDriver
from imagesearch_conformance.clients.stage import Stage
from imagesearch_conformance.clients.target import fresh_key, stage_target
from imagesearch_conformance.reports.canonical import as_json
from imagesearch_conformance.reports.document import document
from imagesearch_conformance.runner.gating import Gate
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
        bound = by.of_clients()
        with Stage(lambda: datetime.now(UTC)) as stage:
            key = fresh_key()
            target = stage_target(bound, stage.endpoint, key)
            client = make(stage.endpoint, key.access_key_id, key.access_key_secret)
            driving = driver(searching(client), 15, time.monotonic)
            *_, last = Gate(
                bound, target, stage.elsewhere, Options(select=select, **options), driving,
                stage, lambda: datetime.now(UTC), time.perf_counter, stopped, known,
            ).events()  # fmt: skip
        text = as_json(document(last.record))
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
