"""A pytest plugin that keeps every call of `judge` that tests make, with its files: `-p collecting`.

What is collected once is judged again by every later recording, whatever becomes of the tests.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click.testing
import pytest

#: Where the plugin finds out which file to write.
_VARIABLE = "BEHAVIOUR_CORPUS"

_KEPT: list[dict[str, Any]] = []
_SEEN: set[str] = set()
_TEST = [""]


def collect(root: Path, out: Path) -> int:
    """Run the tests that judge recordings, and write what they judged; return pytest's exit code."""
    path = os.pathsep.join([str(Path(__file__).resolve().parent), *sys.path])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "collecting", "-p", "no:cacheprovider", "tests/recordings"]
    environment = {**os.environ, "PYTHONPATH": path, _VARIABLE: str(out)}
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode


def pytest_configure() -> None:
    """Stand between the tests and the command line."""
    if _VARIABLE not in os.environ:
        return
    invoke = click.testing.CliRunner.invoke

    def kept(runner: Any, command: Any, words: Any = None, **given: Any) -> Any:
        if words and words[0] == "judge":
            _keep([str(one) for one in words[1:]], dict(given.get("env") or {}))
        return invoke(runner, command, words, **given)

    click.testing.CliRunner.invoke = kept  # type: ignore[assignment,method-assign] # that is what it is for


def _keep(words: list[str], variables: dict[str, str]) -> None:
    """Keep one call, unless another was the same: files by their names, reports wherever the recording puts them."""
    if "--reports" in words:
        at = words.index("--reports")
        words = words[:at] + words[at + 2 :]
    files, told = {}, []
    for word in words:
        path = Path(word)
        if path.is_file():
            files[path.name] = base64.b64encode(path.read_bytes()).decode()
        told.append(path.name if path.is_absolute() else word)
    key = json.dumps([told, files, variables], sort_keys=True)
    if key not in _SEEN:
        _SEEN.add(key)
        number = sum(one["test"] == _TEST[0] for one in _KEPT)
        name = f"{_TEST[0]} #{number}"
        _KEPT.append({"test": _TEST[0], "name": name, "words": told, "files": files, "variables": variables})


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember which test makes the calls."""
    _TEST[0] = item.nodeid.removeprefix("tests/recordings/")


def pytest_sessionfinish() -> None:
    """Write what was kept."""
    if _VARIABLE in os.environ:
        raw = json.dumps(_KEPT, sort_keys=True).encode()
        Path(os.environ[_VARIABLE]).write_bytes(gzip.compress(raw, mtime=0))
