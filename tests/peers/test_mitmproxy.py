"""What mitmproxy records between the official SDK and the emulator is judged, on both sides."""

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

from .conftest import Serving
from .python_sdk import EXAMPLE, MODES, Sdk

#: Where it is named it has to be there: `tox -e mitmproxy` does so.
MITMDUMP = os.environ.get("MITMDUMP") or shutil.which("mitmdump")

pytestmark = [
    pytest.mark.filterwarnings(r"ignore:datetime\.datetime\.utcnow:DeprecationWarning:alibabacloud_tea_openapi\.utils"),
    pytest.mark.usefixtures("no_proxy"),
    pytest.mark.skipif(MITMDUMP is None, reason="mitmdump is not installed, and MITMDUMP names none"),
]

#: What is asked, in every mode of the SDK; the last is refused.
ASKED = [{}, {"Num": 5}, {"Filter": "int_attr>100", "Num": 100}, {"CategoryId": 0}, {"Num": 101}]

Judge = Callable[..., tuple[Result, dict[str, object]]]


@contextmanager
def recording(endpoint: str, file: Path) -> Iterator[str]:
    """A proxy before an endpoint, which writes what passes when it ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    words = ["--quiet", "--mode", f"reverse:{endpoint}", "--listen-host", "127.0.0.1", "--listen-port", str(port)]
    options = [f"hardump={file}", "keep_host_header=true", f"confdir={file.parent}"]
    command = [str(MITMDUMP), *words, *(word for one in options for word in ("--set", one))]
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
        time.sleep(0.05)  # another program's start can only be looked for
    raise AssertionError


def recorded(serving: Serving, file: Path, *faults: str) -> Path:
    with serving(EmulatorSettings(qps=None, faults=faults)) as served, recording(served.endpoint, file) as endpoint:
        for mode in MODES:
            sdk = Sdk.of(mode, endpoint, DEFAULT_CREDENTIALS)
            for given in ASKED:
                with suppress(Exception):
                    sdk.search({**EXAMPLE, **given})
    return file


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: Contract) -> Judge:
    del contract
    monkeypatch.setenv(KEY_ID, DEFAULT_CREDENTIALS.access_key_id)
    monkeypatch.setenv(KEY_SECRET, DEFAULT_CREDENTIALS.access_key_secret)

    def run(file: Path, subject: str) -> tuple[Result, dict[str, object]]:
        words = ["judge", str(file), "--subject", subject, "--reports", str(tmp_path / subject)]
        result = CliRunner().invoke(main, words)
        return result, json.loads((tmp_path / subject / "report.json").read_text(encoding="utf-8"))

    return run


def test_what_the_sdk_and_the_emulator_say_conforms(serving: Serving, tmp_path: Path, judge: Judge) -> None:
    file = recorded(serving, tmp_path / "sdk.har")
    for subject in ("endpoint", "client"):
        result, report = judge(file, subject)
        assert (result.exit_code, report["verdict"]) == (0, "conformant"), result.output
        assert report["requests"] == len(ASKED) * len(MODES)
    outcomes = {one["id"]: one["outcome"] for one in report["requirements"]}
    assert outcomes["authentication.signature"] == "passed"


def test_a_fault_shows_in_what_the_proxy_recorded(serving: Serving, tmp_path: Path, judge: Judge) -> None:
    file = recorded(serving, tmp_path / "faulty.har", "num-above-maximum-accepted", "msg-missing")
    result, report = judge(file, "endpoint")
    failed = {one["id"] for one in report["requirements"] if one["outcome"] == "failed"}
    assert (result.exit_code, failed) == (1, {"num.maximum", "response.msg.present"})
    assert judge(file, "client")[0].exit_code == 0
