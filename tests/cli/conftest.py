"""Fixtures that run commands and check that none prints a secret or a traceback."""

import os
import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from attrs import frozen
from click.testing import CliRunner

from imagesearch_conformance.cli.main import main
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS, UNAUTHORIZED_CREDENTIALS
from imagesearch_conformance.emulator.server import serve
from imagesearch_conformance.emulator.target import build_target, format_profile

#: The entry point of the console script.
COMMAND = [sys.executable, "-c", "from imagesearch_conformance.cli.main import main; main()"]

#: Texts that no command may print to either stream.
FORBIDDEN = (
    "Traceback",
    DEFAULT_CREDENTIALS.access_key_secret,
    UNAUTHORIZED_CREDENTIALS.access_key_secret,
    "Exception ignored",
)


@frozen
class CommandResult:
    """The exit code and output of a command."""

    code: int
    out: str
    err: str

    def __attrs_post_init__(self):
        for text in FORBIDDEN:
            assert text not in self.out + self.err


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Remove the settings of the user, work in a temporary directory, and generate no requests by default."""
    for name in os.environ:
        if name.startswith(("IMAGESEARCH_", "ALIBABA_CLOUD_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("IMAGESEARCH_CONFORMANCE_EXAMPLES", "0")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def command():
    """Run a command in this process."""

    def run(*arguments, **variables) -> CommandResult:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=variables)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return CommandResult(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def process():
    """Start a command in a subprocess, which ends with the test."""
    processes = []

    def start(*arguments, **variables) -> subprocess.Popen:
        processes.append(
            subprocess.Popen(
                [*COMMAND, *map(str, arguments)],
                env={**os.environ, **variables},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        )
        return processes[-1]

    yield start
    for started in processes:
        started.kill()
        started.communicate()


@pytest.fixture
def finished():
    """Wait for a process and return its result."""

    def wait(started) -> CommandResult:
        out, err = started.communicate(timeout=60)
        return CommandResult(started.returncode, out, err)

    return wait


@pytest.fixture
def emulating(contract, store, tmp_path):
    """Serve an emulator with faults over HTTP; yield the path of its profile."""

    @contextmanager
    def serve_emulator(*faults, qps=None, **settings):
        emulator_settings = EmulatorSettings(qps=qps, faults=faults, **settings)
        with serve(Emulator(contract, emulator_settings, store=store)) as endpoint:
            path = tmp_path / "emulator.toml"
            path.write_text(format_profile(build_target(contract, endpoint, emulator_settings)), encoding="utf-8")
            yield path

    return serve_emulator


@pytest.fixture
def web_page():
    """An endpoint that responds with a web page, and the bodies that it received."""

    received = []

    class Page(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html><body>It works!</body></html>")

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()


@pytest.fixture
def dead_port():
    """An endpoint without a listener."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"
