"""Makes a run against a client: the stage it talks to, the adapter that drives it, a key of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime

from attrs import evolve

from imagesearch_conformance.cli.exits import Exit
from imagesearch_conformance.cli.opening import known_departures
from imagesearch_conformance.cli.reporting import reported
from imagesearch_conformance.clients.process import AdapterProcess
from imagesearch_conformance.clients.stage import Stage
from imagesearch_conformance.clients.target import fresh_key, stage_target
from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.events import Event
from imagesearch_conformance.runner.gating import Gate
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.settings.targeting import KEY_ID, KEY_SECRET, TOKEN

#: Where the adapter finds the stage.
ENDPOINT = "IMAGESEARCH_ENDPOINT"

#: The variable that the vendor's own tools read the region from.
REGION = "ALIBABA_CLOUD_REGION_ID"

#: How variables end that name proxies: one would hide what a client sends.
_PROXIES = "_proxy"


def gate(command: tuple[str, ...], options: Options, output: str) -> Exit:
    """Plays every scenario with a client, reports, and gives the exit code."""
    contract = _contract(options).of_clients()
    deviations = known_departures(options, contract)

    def events(interrupted: Callable[[], bool]) -> Iterator[Event]:
        with Stage(lambda: datetime.now(UTC)) as stage:
            target = stage_target(contract, stage.endpoint, fresh_key())
            environment = _environment(os.environ, target)
            # It is started by the first call, when everything else that is asked for is known to be possible.
            with closing(AdapterProcess(command, environment, options.timeout, time.monotonic)) as driver:
                yield from Gate(
                    contract, target, stage.elsewhere, options, driver, stage, lambda: datetime.now(UTC),
                    time.perf_counter, interrupted, deviations,
                ).events()  # fmt: skip

    return reported(options, output, "client", events, lambda _: "")


def _contract(options: Options) -> Contract:
    try:
        return load(options.spec, options.document)
    except BadInput as problem:
        raise evolve(problem, where="--document") from None


def _environment(inherited: Mapping[str, str], target: Target) -> dict[str, str]:
    """What the adapter gets: where the stage is and its key, no real key, and no proxy in between."""
    key = target.credentials
    plain = {one: text for one, text in inherited.items() if one != TOKEN and not one.lower().endswith(_PROXIES)}
    own = {ENDPOINT: target.endpoint, REGION: str(target.region_id)}
    keys = {} if key is None else {KEY_ID: key.access_key_id, KEY_SECRET: key.access_key_secret}
    return {**plain, **own, **keys}
