"""Schemathesis finds no failure in the emulator, and one in each faulty emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from imagesearch_conformance.emulator import EmulatorSettings

from .conftest import EmulatorRunner
from .paths import OPENAPI, ROOT

pytestmark = pytest.mark.usefixtures("no_proxy")

#: The codes that the requests of a run have to reach for it to be meaningful.
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
    """Run Schemathesis with the configuration of this repository; return its report."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(ROOT / "schemathesis.toml"), "run"]
    report_options = ["--report", "json", "--report-json-path", str(report)]
    process = subprocess.run(
        [*command, str(OPENAPI), "--url", endpoint, *report_options, *options],
        cwd=folder,  # for its working files
        env={name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS_")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert report.exists(), process.stdout + process.stderr
    return json.loads(report.read_text("utf-8"))


def test_the_emulator_has_no_failures(run_emulator: EmulatorRunner, tmp_path: Path) -> None:
    with run_emulator(EmulatorSettings(qps=None, signature="optional")) as emulator:
        report = schemathesis(emulator.endpoint, tmp_path)
    assert [report["failures"], report["errors"], report["exit_code"]] == [[], [], 0]
    assert {name: warning for name, warning in report["warnings"].items() if warning} == {}
    codes = {json.loads(response.body)["Code"] for _, response in emulator.exchanges}
    assert codes >= REACHED


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
def test_a_fault_is_found(fault: str, failure: str, run_emulator: EmulatorRunner, tmp_path: Path) -> None:
    with run_emulator(EmulatorSettings(qps=None, signature="optional", faults=(fault,))) as emulator:
        report = schemathesis(emulator.endpoint, tmp_path, "--phases", "examples,coverage", "--max-failures", "1")
    assert failure in {item["type"] for item in report["failures"]}
