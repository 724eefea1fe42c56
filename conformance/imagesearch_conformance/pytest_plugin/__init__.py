"""The pytest plugin: conformance cases as tests, and fixtures for tests of clients.

Every pytest session of an environment that has this package installed imports it, so heavy imports wait until they
are needed.
"""

from __future__ import annotations

import pytest

from imagesearch_conformance.pytest_plugin.fixtures import (
    _imagesearch_client_sessions,
    _imagesearch_emulator_context,
    _imagesearch_emulator_server,
    imagesearch_client_scenarios,
    imagesearch_contract,
    imagesearch_emulator,
    imagesearch_responses,
)
from imagesearch_conformance.pytest_plugin.options import (
    add_options,
    configured_document,
    configured_endpoint,
    reject_unused_options,
    usage_errors,
)

__all__ = [
    "_imagesearch_client_sessions",
    "_imagesearch_emulator_context",
    "_imagesearch_emulator_server",
    "imagesearch_client_scenarios",
    "imagesearch_contract",
    "imagesearch_emulator",
    "imagesearch_responses",
]

_MARKERS = (
    "imagesearch(level, area, kind): a case of the conformance suite; select by `-m \"imagesearch(area='paging')\"`",
    "imagesearch_must: a case whose requirement is a MUST",
    "imagesearch_should: a case whose requirement is a SHOULD",
    "imagesearch_fault(code): respond with an error code to every request of this test",
    "imagesearch_allow_findings(*ids): allow requests of this test to violate these requirements (all without ids)",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this plugin."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and add the cases if there is an endpoint to test."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    if configured_endpoint(config) is not None:
        from imagesearch_conformance.pytest_plugin.session import activate  # noqa: PLC0415 heavy, and seldom needed

        activate(config)
    else:
        reject_unused_options(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise tests of `imagesearch_client_scenarios` with all scenarios."""
    if "imagesearch_client_scenarios" in metafunc.fixturenames:
        from imagesearch_conformance.client_testing import scenario_ids  # noqa: PLC0415 heavy, and seldom needed

        with usage_errors():
            ids = scenario_ids(configured_document(metafunc.config))
        metafunc.parametrize("imagesearch_client_scenarios", ids, indirect=True)
