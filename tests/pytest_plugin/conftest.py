"""Sessions of pytest inside a test, in a project of their own."""

import gc
from importlib.metadata import entry_points

import pytest

_MODULE = "imagesearch_conformance.pytest_plugin"

#: How a session gets the plugin: by itself where this package is installed with its entry point.
_LOADED = any(one.value == _MODULE for one in entry_points(group="pytest11"))


@pytest.fixture
def session(pytester, monkeypatch):
    """Runs pytest in a project of its own, and gives what it said."""
    for name in ("PYTEST_ADDOPTS", "IMAGESEARCH_CONFORMANCE_EXAMPLES"):
        monkeypatch.delenv(name, raising=False)

    def run(*words):
        plugin = [] if _LOADED else ["-p", _MODULE]
        # A session looks for garbage in the end: for its own, not for that of all tests before it.
        gc.freeze()
        try:
            return pytester.runpytest_inprocess(*plugin, "-p", "no:cacheprovider", *map(str, words))
        finally:
            gc.unfreeze()

    return run


@pytest.fixture
def process(pytester, session):  # noqa: ARG001 the environment of a session
    """Runs pytest in a process of its own, against the embedded emulator; Schemathesis only costs time here."""
    plugin = [] if _LOADED else ["-p", _MODULE]

    def run(*words):
        return pytester.runpytest_subprocess(
            *plugin, "-p", "no:schemathesis", "--imagesearch-conformance=emulator", *map(str, words), timeout=120
        )

    return run


@pytest.fixture
def certified(session):
    """Runs pytest against the embedded emulator."""
    return lambda *words: session("--imagesearch-conformance=emulator", *words)
