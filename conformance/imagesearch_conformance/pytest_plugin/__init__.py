"""The pytest plugin: an endpoint certified by tests, one a case, and fixtures for the tests of clients.

It is imported into every session of whoever has this package installed, so nothing heavy is imported before it is used.
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

#: Every marker with what it means.
_MARKERS = (
    "imagesearch(level, area, kind): a case of the conformance suite; select by `-m \"imagesearch(area='paging')\"`",
    "imagesearch_must: a case whose requirement is a MUST",
    "imagesearch_should: a case whose requirement is a SHOULD",
    "imagesearch_fault(code): the emulator of the fixtures answers every request of this test with an error code",
    "imagesearch_allow_findings(*ids): requests of this test may depart from these requirements (all without ids)",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds our options to pytest's."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Explains our markers, and brings in the cases where an endpoint is to be certified."""
    for line in _MARKERS:
        config.addinivalue_line("markers", line)
    if configured_endpoint(config) is not None:
        from imagesearch_conformance.pytest_plugin.session import activate  # noqa: PLC0415 heavy, and seldom wanted

        activate(config)
    else:
        reject_unused_options(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes one test of each scenario for clients."""
    if "imagesearch_client_scenarios" in metafunc.fixturenames:
        from imagesearch_conformance.client_testing import scenario_ids  # noqa: PLC0415 heavy, and seldom wanted

        with usage_errors():
            ids = scenario_ids(configured_document(metafunc.config))
        metafunc.parametrize("imagesearch_client_scenarios", ids, indirect=True)
