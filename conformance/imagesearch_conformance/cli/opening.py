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
from imagesearch_conformance.errors import BadInput
from imagesearch_conformance.model.deviation import Deviation
from imagesearch_conformance.model.target import Target
from imagesearch_conformance.runner.dispatch import Dispatcher, Surroundings
from imagesearch_conformance.settings.deviations import read_deviations
from imagesearch_conformance.settings.options import Options
from imagesearch_conformance.settings.profile import read_profile
from imagesearch_conformance.settings.targeting import target_of_address, target_of_profile
from imagesearch_conformance.transport.http import HttpSender
from imagesearch_conformance.transport.outgoing import Envelope
from imagesearch_conformance.transport.throttle import throttle_of

#: Requests sent at exactly the rate that is allowed may arrive closer together than they left.
_CALM = 0.8


@frozen
class Opened:
    """A contract, a target, the options with which it is asked, and the departures of it that are known."""

    contract: Contract
    target: Target
    options: Options
    deviations: tuple[Deviation, ...] = ()


@contextmanager
def opened(endpoint: str | None, options: Options) -> Iterator[Opened]:
    """The target of a command; the embedded emulator runs as long as the block does."""
    given, tables = with_profile(options)
    contract = contract_of(given, tables)
    known = known_departures(given, contract)
    if tables is None and endpoint is None:
        with embedded(contract) as target:
            yield Opened(contract, target, given, known)
        return
    if tables is None:
        target = target_of_address(str(endpoint), contract, os.environ)
    else:
        target = target_of_profile(tables, endpoint, str(given.profile), os.environ)
    _check_names(contract, target)
    yield Opened(contract, target, given, known)


def known_departures(options: Options, contract: Contract) -> tuple[Deviation, ...]:
    """The deviations in the file that the options name; raises BadInput."""
    if options.deviations is None:
        return ()
    # The schema of our own files is the same in every contract, and a copy may be older than it.
    schema = load(None).documents.document("schemas/deviations.json")
    return read_deviations(options.deviations, contract, schema)


@contextmanager
def embedded(contract: Contract) -> Iterator[Target]:
    """Our own emulator on a free loopback port."""
    # With the server and its faults a seventh of all that is imported, and most runs ask somebody else.
    from imagesearch_conformance.emulator.core import Emulator
    from imagesearch_conformance.emulator.serving import serve
    from imagesearch_conformance.emulator.settings import EmulatorSettings
    from imagesearch_conformance.emulator.target import target as emulated

    settings = EmulatorSettings()
    with serve(Emulator(contract, settings)) as address:
        yield emulated(contract, address, settings)


def dispatcher_of(opening: Opened) -> Dispatcher:
    """What sends to the target, at the slower of the rates that the user and the profile set."""
    return Dispatcher(
        Envelope(opening.contract, opening.target),
        HttpSender(opening.target.endpoint),
        throttle_of(rate_of(opening)),
        Surroundings(lambda: datetime.now(UTC), time.perf_counter, time.sleep, lambda: uuid.uuid4().hex),
        opening.options.timeout,
        opening.options.budget,
    )


def rate_of(opening: Opened) -> float | None:
    """The rate at which the target is asked, in requests a second, or None."""
    claimed = opening.target.capabilities.throttling_qps
    calm = None if claimed is None else claimed * _CALM
    return min([rate for rate in (opening.options.qps, opening.target.qps, calm) if rate is not None], default=None)


def with_profile(options: Options) -> tuple[Options, dict[str, Any] | None]:
    """The options with those of the profile that they name, and its tables; raises BadInput."""
    if options.profile is None:
        return options, None
    # The schema of profiles is ours and the same in every contract; `[run] spec` may name another one.
    tables = dict(read_profile(options.profile, load(None), os.environ))
    run = tables.get("run")
    return (options.with_profile(run, f"{options.profile}: run") if isinstance(run, dict) else options), tables


def _check_names(contract: Contract, target: Target) -> None:
    limit = contract.parameter(contract.instance).max_length
    for instance in target.instances:
        if limit is not None and len(instance.name) > limit:
            raise BadInput(f"{instance.name!r} is longer than a name may be ({limit} characters)", "instance_name")


def contract_of(options: Options, tables: dict[str, Any] | None) -> Contract:
    """The contract in the revision that the user and the profile name; raises BadInput when they name two."""
    claimed = (tables or {}).get("capabilities", {}).get("document")
    where = f"{options.profile}: capabilities.document"
    if None not in {claimed, options.document} and claimed != options.document:
        problem = f"the profile follows the document {claimed!r}, and --document asks for {options.document!r}"
        raise BadInput(problem, where, "give one of them")
    try:
        return load(options.spec, claimed or options.document)
    except BadInput as problem:
        raise evolve(problem, where="--document" if claimed is None else where) from None
