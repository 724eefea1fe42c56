"""Responses reach the terminal as text: no escapes, no change of direction, no lines of their own."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@pytest.fixture(params=["fields", "text"])
def hostile(request, hostile_bodies):
    """An endpoint that responds with hostile text to every request."""
    with serve_body(hostile_bodies[request.param]) as endpoint:
        yield endpoint


@contextmanager
def serve_body(body):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Said", "\x1b[31m red \x9b31m")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def printable_lines(result):
    """Return the lines of the output; assert that each is printable."""
    for line in (result.out + result.err).split("\n"):
        assert line.isprintable(), line
    return result.out.splitlines()


def test_a_run_shows_hostile_text_as_text(command, hostile):
    result = command("run", hostile, "--select", "num.maximum", "--verbose")
    assert result.code == 1
    assert [line for line in printable_lines(result) if line.startswith("verdict")] == [
        "verdict: nonconformant (selected cases only)"
    ]


def test_a_replay_shows_hostile_text_as_text(command, hostile, tmp_path):
    command("run", hostile, "--select", "num.maximum", "--reports", tmp_path)
    result = command("replay", tmp_path / "report.json", "num.maximum/above")
    assert result.code == 1
    lines = printable_lines(result)
    assert [line for line in lines if line.startswith("num.maximum/above")] == ["num.maximum/above: failed"]
    assert not [line for line in lines if line.startswith("verdict")]


def test_reports_contain_only_printable_text(command, hostile, tmp_path):
    """tests/reports/test_hostile.py tests each format in detail."""
    command("run", hostile, "--select", "num.maximum", "--reports", tmp_path)
    for name in ("summary.md", "junit.xml", "report.json"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert all(line.isprintable() for line in text.replace("\t", " ").split("\n")), name


@pytest.mark.parametrize("arguments", [["run"], ["plan"]])
def test_the_reason_of_a_failed_survey_is_text(command, arguments, hostile_bodies):
    with serve_body(hostile_bodies["refusal"]) as endpoint:
        result = command(*arguments, endpoint)
    printable_lines(result)
    assert len(result.out + result.err) < 20_000
