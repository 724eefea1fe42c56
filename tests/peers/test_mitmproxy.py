"""Traffic between the official SDK and the emulator, recorded by mitmproxy, is judged on both sides."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import EmulatorSettings
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET

from .conftest import EmulatorRunner
from .python_sdk import EXAMPLE, MODES, Sdk

#: `tox -e mitmproxy` sets MITMDUMP, so that nothing is skipped.
MITMDUMP = os.environ.get("MITMDUMP") or shutil.which("mitmdump")

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
    pytest.mark.skipif(MITMDUMP is None, reason="mitmdump is not installed, and MITMDUMP is not set"),
]

#: The searches made in every mode of the SDK; the last gets an error response.
SEARCHES = [{}, {"Num": 5}, {"Filter": "int_attr>100", "Num": 100}, {"CategoryId": 0}, {"Num": 101}]

Judge = Callable[..., tuple[Result, dict[str, object]]]


@contextmanager
def recording(endpoint: str, file: Path) -> Iterator[str]:
    """Run a proxy in front of an endpoint, which writes a HAR file when it ends."""
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    arguments = ["--quiet", "--mode", f"reverse:{endpoint}", "--listen-host", "127.0.0.1", "--listen-port", str(port)]
    options = [f"hardump={file}", "keep_host_header=true", f"confdir={file.parent}"]
    command = [str(MITMDUMP), *arguments, *(word for option in options for word in ("--set", option))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as proxy:
        try:
            _wait_for(port, proxy)
            yield f"http://127.0.0.1:{port}"
        finally:
            proxy.send_signal(signal.SIGINT)
            proxy.wait(30)


def _wait_for(port: int, proxy: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert proxy.poll() is None
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)  # the start of another program can only be polled
    raise AssertionError


def record_searches(run_emulator: EmulatorRunner, file: Path, *faults: str) -> Path:
    with (
        run_emulator(EmulatorSettings(qps=None, faults=faults)) as emulator,
        recording(emulator.endpoint, file) as endpoint,
    ):
        for mode in MODES:
            sdk = Sdk.create(mode, endpoint, DEFAULT_CREDENTIALS)
            for parameters in SEARCHES:
                with suppress(Exception):
                    sdk.search({**EXAMPLE, **parameters})
    return file


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: Contract) -> Judge:
    del contract
    monkeypatch.setenv(KEY_ID, DEFAULT_CREDENTIALS.access_key_id)
    monkeypatch.setenv(KEY_SECRET, DEFAULT_CREDENTIALS.access_key_secret)

    def run(file: Path, subject: str) -> tuple[Result, dict[str, object]]:
        arguments = ["judge", str(file), "--subject", subject, "--reports", str(tmp_path / subject)]
        result = CliRunner().invoke(main, arguments)
        return result, json.loads((tmp_path / subject / "report.json").read_text(encoding="utf-8"))

    return run


def test_the_traffic_of_the_sdk_and_the_emulator_conforms(
    run_emulator: EmulatorRunner, tmp_path: Path, judge: Judge
) -> None:
    file = record_searches(run_emulator, tmp_path / "sdk.har")
    for subject in ("endpoint", "client"):
        result, report = judge(file, subject)
        assert (result.exit_code, report["verdict"]) == (0, "conformant"), result.output
        assert report["requests"] == len(SEARCHES) * len(MODES)
    outcomes = {requirement["id"]: requirement["outcome"] for requirement in report["requirements"]}
    assert outcomes["authentication.signature"] == "passed"


def test_a_fault_is_found_in_the_recorded_traffic(run_emulator: EmulatorRunner, tmp_path: Path, judge: Judge) -> None:
    file = record_searches(run_emulator, tmp_path / "faulty.har", "num-above-maximum-accepted", "msg-missing")
    result, report = judge(file, "endpoint")
    failed = {requirement["id"] for requirement in report["requirements"] if requirement["outcome"] == "failed"}
    assert (result.exit_code, failed) == (1, {"num.maximum", "response.msg.present"})
    assert judge(file, "client")[0].exit_code == 0
