"""Builds what a run needs from options: the contract, the target, the dispatcher, the embedded emulator."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from attrs import evolve, frozen

from imagesearch_conformance.contract import Contract, load
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.requirement import Deviation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.dispatcher import Dispatcher, RuntimeEnvironment
from imagesearch_conformance.settings.deviations import read_deviations
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.settings.target import read_profile, target_from_endpoint, target_from_profile
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.request_encoder import RequestEncoder
from imagesearch_conformance.transport.throttle import create_throttle

#: Requests sent at exactly the allowed rate may arrive closer together than they were sent.
_RATE_MARGIN = 0.8


@frozen
class RunInputs:
    """The contract, target, options and known deviations of a run."""

    contract: Contract
    target: Target
    options: Options
    deviations: tuple[Deviation, ...] = ()


@contextmanager
def open_target(endpoint: str | None, options: Options) -> Iterator[RunInputs]:
    """Yield the inputs of a run; without endpoint and profile, those of the embedded emulator while the block lasts."""
    options, profile = merge_profile(options)
    contract = load_contract(options, profile)
    deviations = load_deviations(options, contract)
    if profile is None and endpoint is None:
        with start_emulator(contract) as target:
            yield RunInputs(contract, target, options, deviations)
        return
    if profile is None:
        target = target_from_endpoint(str(endpoint), contract, os.environ)
    else:
        target = target_from_profile(profile, endpoint, str(options.profile), os.environ)
    _check_instance_names(contract, target)
    yield RunInputs(contract, target, options, deviations)


def load_deviations(options: Options, contract: Contract) -> tuple[Deviation, ...]:
    """Return the deviations in the file that the options name; raises InvalidInput."""
    if options.deviations is None:
        return ()
    # Our schemas are the same in every contract, and a copied contract may have an older one.
    schema = load(None).spec_files.content("schemas/deviations.json")
    return read_deviations(options.deviations, contract, schema)


@contextmanager
def start_emulator(contract: Contract) -> Iterator[Target]:
    """Serve the embedded emulator on a free loopback port and yield its target."""
    # A seventh of all imports, and most runs have another target.
    from imagesearch_conformance.emulator.core import Emulator
    from imagesearch_conformance.emulator.server import serve
    from imagesearch_conformance.emulator.settings import EmulatorSettings
    from imagesearch_conformance.emulator.target import build_target

    settings = EmulatorSettings()
    with serve(Emulator(contract, settings)) as address:
        yield build_target(contract, address, settings)


def build_dispatcher(inputs: RunInputs) -> Dispatcher:
    """Return the dispatcher for the target, with the lowest of the rates that the user and the profile set."""
    return Dispatcher(
        RequestEncoder(inputs.contract, inputs.target),
        HttpSender(inputs.target.endpoint),
        create_throttle(request_rate(inputs)),
        RuntimeEnvironment(lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex),
        inputs.options.timeout,
        inputs.options.budget,
    )


def request_rate(inputs: RunInputs) -> float | None:
    """Return the maximum rate in requests per second, or None."""
    limit = inputs.target.capabilities.throttling_qps
    safe_rate = None if limit is None else limit * _RATE_MARGIN
    rates = (inputs.options.qps, inputs.target.qps, safe_rate)
    return min([rate for rate in rates if rate is not None], default=None)


def merge_profile(options: Options) -> tuple[Options, dict[str, Any] | None]:
    """Return the options merged with those of the profile, and the profile; raises InvalidInput."""
    if options.profile is None:
        return options, None
    # The schema of profiles is the same in every contract; `[run] spec` may name another contract.
    profile = dict(read_profile(options.profile, load(None), os.environ))
    run = profile.get("run")
    return (options.with_profile(run, f"{options.profile}: run") if isinstance(run, dict) else options), profile


def _check_instance_names(contract: Contract, target: Target) -> None:
    limit = contract.parameter(contract.instance_parameter).max_length
    for instance in target.instances:
        if limit is not None and len(instance.name) > limit:
            raise InvalidInput(f"{instance.name!r} is longer than {limit} characters", "instance_name")


def load_contract(options: Options, profile: dict[str, Any] | None) -> Contract:
    """Return the contract in the revision that options or profile name; raises InvalidInput if they name two."""
    claimed = (profile or {}).get("capabilities", {}).get("document")
    where = f"{options.profile}: capabilities.document"
    if None not in {claimed, options.document} and claimed != options.document:
        problem = f"the profile follows revision {claimed!r}, but --document is {options.document!r}"
        raise InvalidInput(problem, where, "leave one of them out")
    try:
        return load(options.spec, claimed or options.document)
    except InvalidInput as problem:
        raise evolve(problem, where="--document" if claimed is None else where) from None
