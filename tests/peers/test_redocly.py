"""Redocly's linter reads the OpenAPI document and objects to nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .places import OPENAPI

#: One version, so that a new rule of a later one cannot fail this test.
PACKAGE = "@redocly/cli@2.77.0"

#: All recommended rules, and what they only warn of is an error too.
RULES = "recommended-strict"


def lint(document: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npx", "--yes", PACKAGE, "lint", f"--extends={RULES}", "--format=github-actions", str(document)],
        cwd=cwd,  # outside the repository: nothing is configured but what stands here
        env=os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def _npx() -> None:
    if shutil.which("npx") is None:
        pytest.skip("npx is not installed, and Redocly's linter comes as an npm package")


@pytest.mark.usefixtures("_npx")
def test_nothing_is_objected_to(tmp_path: Path) -> None:
    done = lint(OPENAPI, tmp_path)
    assert "::" not in done.stdout
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("_npx")
def test_a_mistake_is_objected_to(tmp_path: Path) -> None:
    shutil.copytree(OPENAPI.parent, tmp_path / "spec")
    document = tmp_path / "spec" / OPENAPI.name
    document.write_text(document.read_text("utf-8").replace("Success: true", "Success: maybe"), "utf-8")
    done = lint(document, tmp_path)
    assert done.returncode == 1
    assert "::error" in done.stdout
    assert "no-invalid-media-type-examples" in done.stdout
