"""Redocly's linter accepts the OpenAPI document."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .paths import OPENAPI

#: All recommended rules, with warnings as errors.
RULES = "recommended-strict"


def lint(program: Path, document: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program, "lint", f"--extends={RULES}", "--format=github-actions", str(document)],
        cwd=cwd,  # outside the repository, so that no other configuration applies
        env=os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def redocly(node_packages: Path) -> Path:
    """The linter, in the version that tests/node/package.json names: new rules cannot fail these tests."""
    return node_packages / "tests" / "node_modules" / ".bin" / "redocly"


def test_the_document_has_no_problems(redocly: Path, tmp_path: Path) -> None:
    process = lint(redocly, OPENAPI, tmp_path)
    assert "::" not in process.stdout
    assert process.returncode == 0, process.stderr


def test_a_mistake_is_reported(redocly: Path, tmp_path: Path) -> None:
    shutil.copytree(OPENAPI.parent, tmp_path / "spec")
    document = tmp_path / "spec" / OPENAPI.name
    document.write_text(document.read_text("utf-8").replace("Success: true", "Success: maybe"), "utf-8")
    process = lint(redocly, document, tmp_path)
    assert process.returncode == 1
    assert "::error" in process.stdout
    assert "no-invalid-media-type-examples" in process.stdout
