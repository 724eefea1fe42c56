"""Redocly's linter accepts the OpenAPI document."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .paths import OPENAPI

#: A fixed version, so that new rules cannot fail this test.
PACKAGE = "@redocly/cli@2.77.0"

#: All recommended rules, with warnings as errors.
RULES = "recommended-strict"


def lint(document: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["npx", "--yes", PACKAGE, "lint", f"--extends={RULES}", "--format=github-actions", str(document)],
        cwd=cwd,  # outside the repository, so that no other configuration applies
        env=os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def _npx() -> None:
    if shutil.which("npx") is None:
        pytest.skip("npx is not installed; it is needed for Redocly's linter")


@pytest.mark.usefixtures("_npx")
def test_the_document_has_no_problems(tmp_path: Path) -> None:
    process = lint(OPENAPI, tmp_path)
    assert "::" not in process.stdout
    assert process.returncode == 0, process.stderr


@pytest.mark.usefixtures("_npx")
def test_a_mistake_is_reported(tmp_path: Path) -> None:
    shutil.copytree(OPENAPI.parent, tmp_path / "spec")
    document = tmp_path / "spec" / OPENAPI.name
    document.write_text(document.read_text("utf-8").replace("Success: true", "Success: maybe"), "utf-8")
    process = lint(document, tmp_path)
    assert process.returncode == 1
    assert "::error" in process.stdout
    assert "no-invalid-media-type-examples" in process.stdout
