"""`client`: test a client."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from imagesearch_conformance.cli.exit_codes import ExitCode, exit_with_code
from imagesearch_conformance.cli.options import client_options, collect_options, format_option

if TYPE_CHECKING:
    from imagesearch_conformance.contract import Contract
    from imagesearch_conformance.model.target import Target
    from imagesearch_conformance.runner.events import Event
    from imagesearch_conformance.settings.options import Options

#: The adapter reads the endpoint from this variable.
_ENDPOINT_VARIABLE = "IMAGESEARCH_ENDPOINT"

#: The vendor's own tools read the region from this variable.
_REGION_VARIABLE = "ALIBABA_CLOUD_REGION_ID"

#: Variables with this ending name proxies, which would hide what the client sends.
_PROXY_SUFFIX = "_proxy"


@click.command("client", context_settings={"ignore_unknown_options": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@client_options
@format_option
@click.pass_context
@exit_with_code
def command(context: click.Context, /, command: tuple[str, ...], output: str, **option_values: Any) -> ExitCode:
    """Test a client: start COMMAND as its adapter, check the requests it sends and the results it returns.

    The adapter speaks JSON-RPC 2.0 on its standard input and output, one object per line; see "Writing an
    adapter" in the documentation. Its environment has IMAGESEARCH_ENDPOINT, ALIBABA_CLOUD_ACCESS_KEY_ID,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_REGION_ID, with a throwaway key. Write -- before
    COMMAND: `imagesearch-conformance client -- python adapter.py`. Reports are written to --reports, by
    default reports/client-<UTC time>/.
    """
    return _test_client(command, collect_options(context, option_values), output)


def _test_client(command_line: tuple[str, ...], options: Options, output_format: str) -> ExitCode:
    from imagesearch_conformance.bootstrap import load_deviations
    from imagesearch_conformance.cli.run_and_report import run_and_report
    from imagesearch_conformance.clients.adapter.driver import AdapterDriver
    from imagesearch_conformance.clients.server.scripted_server import (
        ScriptedServer,
        build_server_target,
        generate_credentials,
    )
    from imagesearch_conformance.runner.client_run import ClientRun

    contract = _load_contract(options).for_clients()
    deviations = load_deviations(options, contract)

    def now() -> datetime:
        return datetime.now(UTC)

    def events(is_interrupted: Callable[[], bool]) -> Iterator[Event]:
        with ScriptedServer(now) as server:
            target = build_server_target(contract, server.endpoint, generate_credentials())
            environment = _adapter_environment(os.environ, target)
            # The driver starts the adapter at the first call, after everything else has been checked.
            with closing(AdapterDriver(command_line, environment, options.timeout, time.monotonic)) as driver:
                yield from ClientRun(
                    contract, target, server.other_endpoint, options, driver, server, now, time.perf_counter,
                    is_interrupted, deviations,
                ).events()  # fmt: skip

    return run_and_report(options, output_format, "client", events, lambda _: "")


def _load_contract(options: Options) -> Contract:
    from attrs import evolve

    from imagesearch_conformance.contract import load
    from imagesearch_conformance.errors import InvalidInput

    try:
        return load(options.spec, options.document)
    except InvalidInput as problem:
        raise evolve(problem, where="--document") from None


def _adapter_environment(inherited: Mapping[str, str], target: Target) -> dict[str, str]:
    """Return the adapter's environment: the server's address, a throwaway key, no real token and no proxy."""
    from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET, TOKEN

    kept = {
        name: value for name, value in inherited.items() if name != TOKEN and not name.lower().endswith(_PROXY_SUFFIX)
    }
    address = {_ENDPOINT_VARIABLE: target.endpoint, _REGION_VARIABLE: str(target.region_id)}
    key = target.credentials
    credentials = {} if key is None else {KEY_ID: key.access_key_id, KEY_SECRET: key.access_key_secret}
    return {**kept, **address, **credentials}
