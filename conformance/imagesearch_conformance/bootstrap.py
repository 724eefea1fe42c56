"""From options and an address to a target that can be asked: profile, environment, embedded emulator."""

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

#: Requests sent at exactly the rate that is allowed may arrive closer together than they left.
_RATE_MARGIN = 0.8


@frozen
class RunInputs:
    """A contract, a target, the options with which it is asked, and the departures of it that are known."""

    contract: Contract
    target: Target
    options: Options
    deviations: tuple[Deviation, ...] = ()


@contextmanager
def open_target(endpoint: str | None, options: Options) -> Iterator[RunInputs]:
    """The target of a command; the embedded emulator runs as long as the block does."""
    given, tables = merge_profile(options)
    contract = load_contract(given, tables)
    known = load_deviations(given, contract)
    if tables is None and endpoint is None:
        with start_emulator(contract) as target:
            yield RunInputs(contract, target, given, known)
        return
    if tables is None:
        target = target_from_endpoint(str(endpoint), contract, os.environ)
    else:
        target = target_from_profile(tables, endpoint, str(given.profile), os.environ)
    _check_instance_names(contract, target)
    yield RunInputs(contract, target, given, known)


def load_deviations(options: Options, contract: Contract) -> tuple[Deviation, ...]:
    """The deviations in the file that the options name; raises BadInput."""
    if options.deviations is None:
        return ()
    # The schema of our own files is the same in every contract, and a copy may be older than it.
    schema = load(None).spec_files.content("schemas/deviations.json")
    return read_deviations(options.deviations, contract, schema)


@contextmanager
def start_emulator(contract: Contract) -> Iterator[Target]:
    """Our own emulator on a free loopback port."""
    # With the server and its faults a seventh of all that is imported, and most runs ask somebody else.
    from imagesearch_conformance.emulator.core import Emulator
    from imagesearch_conformance.emulator.server import serve
    from imagesearch_conformance.emulator.settings import EmulatorSettings
    from imagesearch_conformance.emulator.target import build_target as emulated

    settings = EmulatorSettings()
    with serve(Emulator(contract, settings)) as address:
        yield emulated(contract, address, settings)


def build_dispatcher(inputs: RunInputs) -> Dispatcher:
    """What sends to the target, at the slower of the rates that the user and the profile set."""
    return Dispatcher(
        RequestEncoder(inputs.contract, inputs.target),
        HttpSender(inputs.target.endpoint),
        create_throttle(request_rate(inputs)),
        RuntimeEnvironment(lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex),
        inputs.options.timeout,
        inputs.options.budget,
    )


def request_rate(inputs: RunInputs) -> float | None:
    """The rate at which the target is asked, in requests a second, or None."""
    claimed = inputs.target.capabilities.throttling_qps
    calm = None if claimed is None else claimed * _RATE_MARGIN
    return min([rate for rate in (inputs.options.qps, inputs.target.qps, calm) if rate is not None], default=None)


def merge_profile(options: Options) -> tuple[Options, dict[str, Any] | None]:
    """The options with those of the profile that they name, and its tables; raises BadInput."""
    if options.profile is None:
        return options, None
    # The schema of profiles is ours and the same in every contract; `[run] spec` may name another one.
    tables = dict(read_profile(options.profile, load(None), os.environ))
    run = tables.get("run")
    return (options.with_profile(run, f"{options.profile}: run") if isinstance(run, dict) else options), tables


def _check_instance_names(contract: Contract, target: Target) -> None:
    limit = contract.parameter(contract.instance_parameter).max_length
    for instance in target.instances:
        if limit is not None and len(instance.name) > limit:
            raise InvalidInput(f"{instance.name!r} is longer than a name may be ({limit} characters)", "instance_name")


def load_contract(options: Options, profile: dict[str, Any] | None) -> Contract:
    """The contract in the revision that the user and the profile name; raises BadInput when they name two."""
    claimed = (profile or {}).get("capabilities", {}).get("document")
    where = f"{options.profile}: capabilities.document"
    if None not in {claimed, options.document} and claimed != options.document:
        problem = f"the profile follows the document {claimed!r}, and --document asks for {options.document!r}"
        raise InvalidInput(problem, where, "give one of them")
    try:
        return load(options.spec, claimed or options.document)
    except InvalidInput as problem:
        raise evolve(problem, where="--document" if claimed is None else where) from None
