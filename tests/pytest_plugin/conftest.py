"""Fixtures that run pytest in a project of its own."""

import gc
from importlib.metadata import entry_points

import pytest

_MODULE = "imagesearch_conformance.pytest_plugin"

#: True if pytest loads the plugin by its entry point; otherwise `-p` does.
_LOADED = any(entry_point.value == _MODULE for entry_point in entry_points(group="pytest11"))


@pytest.fixture
def session(pytester, monkeypatch):
    """Run pytest in a project of its own and return its result."""
    for name in ("PYTEST_ADDOPTS", "IMAGESEARCH_CONFORMANCE_EXAMPLES"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments):
        plugin = [] if _LOADED else ["-p", _MODULE]
        # A session collects garbage at the end: only its own, not that of all earlier tests.
        gc.freeze()
        try:
            return pytester.runpytest_inprocess(*plugin, "-p", "no:cacheprovider", *map(str, arguments))
        finally:
            gc.unfreeze()

    return run


@pytest.fixture
def subprocess_session(pytester, session):  # noqa: ARG001 the environment of a session
    """Run pytest in a subprocess against the embedded emulator; without Schemathesis, which only costs time here."""
    plugin = [] if _LOADED else ["-p", _MODULE]

    def run(*arguments):
        return pytester.runpytest_subprocess(
            *plugin, "-p", "no:schemathesis", "--imagesearch-conformance=emulator", *map(str, arguments), timeout=120
        )

    return run


@pytest.fixture
def emulator_session(session):
    """Run pytest against the embedded emulator."""
    return lambda *arguments: session("--imagesearch-conformance=emulator", *arguments)
