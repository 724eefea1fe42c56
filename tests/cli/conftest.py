"""Commands as users give them, with what must never be printed looked for in everything that is."""

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
from imagesearch_conformance.emulator.target import build_target as emulated
from imagesearch_conformance.emulator.target import format_profile

#: The door that the console script opens.
COMMAND = [sys.executable, "-c", "from imagesearch_conformance.cli.main import main; main()"]

#: What no command may print, to either stream.
NEVER = (
    "Traceback",
    DEFAULT_CREDENTIALS.access_key_secret,
    UNAUTHORIZED_CREDENTIALS.access_key_secret,
    "Exception ignored",
)


@frozen
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @classmethod
    def of(cls, code, out, err):
        for word in NEVER:
            assert word not in out + err
        return cls(code, out, err)


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """Nothing of the user's own settings, a directory of one's own, and nothing generated unless that is the matter."""
    for name in os.environ:
        if name.startswith(("IMAGESEARCH_", "ALIBABA_CLOUD_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("IMAGESEARCH_CONFORMANCE_EXAMPLES", "0")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def command():
    """Runs a command in this process."""

    def run(*words, **variables) -> Said:
        result = CliRunner().invoke(main, [str(word) for word in words], env=variables)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return Said.of(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def process():
    """Runs a command in a process of its own; what it started with is over when the test is."""
    running = []

    def start(*words, **variables) -> subprocess.Popen:
        given = [str(word) for word in words]
        running.append(
            subprocess.Popen(
                [*COMMAND, *given],
                env={**os.environ, **variables},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        )
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.communicate()


@pytest.fixture
def finished():
    """What a process said in the end."""

    def wait(started) -> Said:
        out, err = started.communicate(timeout=60)
        return Said.of(started.returncode, out, err)

    return wait


@pytest.fixture
def emulating(contract, store, tmp_path):
    """Serves an emulator with faults over HTTP, and yields the file with its profile."""

    @contextmanager
    def served(*faults, qps=None, **settings):
        given = EmulatorSettings(qps=qps, faults=faults, **settings)
        with serve(Emulator(contract, given, store=store)) as endpoint:
            path = tmp_path / "emulator.toml"
            path.write_text(format_profile(emulated(contract, endpoint, given)), encoding="utf-8")
            yield path

    return served


@pytest.fixture
def web_page():
    """An endpoint that answers everything with a page, and the requests it got."""

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
    """An endpoint where nobody listens."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"
