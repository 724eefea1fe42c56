"""Makes a run against a client: the stage it talks to, the adapter that drives it, a key of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime

from attrs import evolve

from imagesearch_conformance.bootstrap import load_deviations
from imagesearch_conformance.cli.exit_codes import ExitCode
from imagesearch_conformance.cli.run_and_report import run_and_report
from imagesearch_conformance.clients.adapter.driver import AdapterDriver
from imagesearch_conformance.clients.server.scripted_server import (
    ScriptedServer,
    build_server_target,
    generate_credentials,
)
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.client_run import ClientRun
from imagesearch_conformance.runner.events import Event
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET, TOKEN

#: Where the adapter finds the stage.
ENDPOINT_VARIABLE = "IMAGESEARCH_ENDPOINT"

#: The variable that the vendor's own tools read the region from.
REGION_VARIABLE = "ALIBABA_CLOUD_REGION_ID"

#: How variables end that name proxies: one would hide what a client sends.
_PROXY_SUFFIX = "_proxy"


def run_client(command: tuple[str, ...], options: Options, output_format: str) -> ExitCode:
    """Plays every scenario with a client, reports, and gives the exit code."""
    contract = _load_contract(options).for_clients()
    deviations = load_deviations(options, contract)

    def events(is_interrupted: Callable[[], bool]) -> Iterator[Event]:
        with ScriptedServer(lambda: datetime.now(UTC)) as stage:
            target = build_server_target(contract, stage.endpoint, generate_credentials())
            environment = _adapter_environment(os.environ, target)
            # It is started by the first call, when everything else that is asked for is known to be possible.
            with closing(AdapterDriver(command, environment, options.timeout, time.monotonic)) as driver:
                yield from ClientRun(
                    contract, target, stage.other_endpoint, options, driver, stage, lambda: datetime.now(UTC),
                    time.perf_counter, is_interrupted, deviations,
                ).events()  # fmt: skip

    return run_and_report(options, output_format, "client", events, lambda _: "")


def _load_contract(options: Options) -> Contract:
    try:
        return load(options.spec, options.document)
    except InvalidInput as problem:
        raise evolve(problem, where="--document") from None


def _adapter_environment(inherited: Mapping[str, str], target: Target) -> dict[str, str]:
    """What the adapter gets: where the stage is and its key, no real key, and no proxy in between."""
    key = target.credentials
    plain = {one: text for one, text in inherited.items() if one != TOKEN and not one.lower().endswith(_PROXY_SUFFIX)}
    own = {ENDPOINT_VARIABLE: target.endpoint, REGION_VARIABLE: str(target.region_id)}
    keys = {} if key is None else {KEY_ID: key.access_key_id, KEY_SECRET: key.access_key_secret}
    return {**plain, **own, **keys}
