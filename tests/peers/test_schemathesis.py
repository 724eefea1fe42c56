"""Schemathesis reads the OpenAPI document and finds no failure in the emulator, and one in a faulty emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.emulator import EmulatorSettings

from .conftest import Serving
from .places import OPENAPI, ROOT

pytestmark = pytest.mark.usefixtures("no_proxy")

#: What the requests made have to bring about for a run without failures to say something.
REACHED = {
    0,
    "BadRequest",
    "InvalidInstance",
    "InvalidCategory",
    "InvalidNumParameter",
    "OverflowMaxReturnNum",
    "OverflowMaxResultNum",
    "InvalidFilterClause",
}


def schemathesis(endpoint: str, folder: Path, *options: str) -> dict[str, Any]:
    """Runs Schemathesis as the configuration of this repository has it, and returns its report."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "schemathesis.toml"), "run"]
    reporting = ["--report", "json", "--report-json-path", str(report)]
    done = subprocess.run(
        [*command, str(OPENAPI), "--url", endpoint, *reporting, *options],
        cwd=folder,  # where it leaves its working files
        env={name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS_")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    return json.loads(report.read_text("utf-8"))


def test_no_failure(serving: Serving, tmp_path: Path) -> None:
    with serving(EmulatorSettings(qps=None, signature="optional")) as served:
        report = schemathesis(served.endpoint, tmp_path)
    assert [report["failures"], report["errors"], report["exit_code"]] == [[], [], 0]
    assert {name: found for name, found in report["warnings"].items() if found} == {}
    answered = {json.loads(reply.body)["Code"] for _, reply in served.emulator.exchanges}
    assert answered >= REACHED


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        pytest.param("requestid-no-uuid", "JsonSchemaError", marks=pytest.mark.long),
        ("num-above-maximum-accepted", "AcceptedNegativeData"),
        pytest.param("auctions-score-as-text", "JsonSchemaError", marks=pytest.mark.long),
        pytest.param("error-message-missing", "JsonSchemaError", marks=pytest.mark.long),
        pytest.param("content-type-html", "UndefinedContentType", marks=pytest.mark.long),
        pytest.param("start-at-minimum-refused", "RejectedPositiveData", marks=pytest.mark.long),
        pytest.param("error-status-500", "ServerError", marks=pytest.mark.long),
    ],
)
def test_a_fault_is_found(fault: str, failure: str, serving: Serving, tmp_path: Path) -> None:
    with serving(EmulatorSettings(qps=None, signature="optional", faults=(fault,))) as served:
        report = schemathesis(served.endpoint, tmp_path, "--phases", "examples,coverage", "--max-failures", "1")
    assert failure in {found["type"] for found in report["failures"]}
