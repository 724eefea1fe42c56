"""What a target says reaches a terminal as text: no escape, no change of direction, no line of its own."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest


@pytest.fixture(params=["fields", "text"])
def hostile(request, hostile_bodies):
    """An endpoint that answers everything with the same reply full of hostile text."""
    with serving(hostile_bodies[request.param]) as endpoint:
        yield endpoint


@contextmanager
def serving(body):
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Said", "\x1b[31m red \x9b31m")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def harmless(said):
    """All lines of what was said, each printable as it is."""
    for line in (said.out + said.err).split("\n"):
        assert line.isprintable(), line
    return said.out.splitlines()


def test_a_run_shows_it_as_text(command, hostile):
    said = command("run", hostile, "--select", "num.maximum", "--verbose")
    assert said.code == 1
    assert [line for line in harmless(said) if line.startswith("verdict")] == [
        "verdict: nonconformant (selected cases only)"
    ]


def test_a_replay_shows_it_as_text(command, hostile, tmp_path):
    command("run", hostile, "--select", "num.maximum", "--reports", tmp_path)
    said = command("replay", tmp_path / "report.json", "num.maximum/above")
    assert said.code == 1
    lines = harmless(said)
    assert [line for line in lines if line.startswith("num.maximum/above")] == ["num.maximum/above: failed"]
    assert not [line for line in lines if line.startswith("verdict")]


def test_a_run_writes_what_is_harmless(command, hostile, tmp_path):
    """What each format makes of it is the matter of tests/reports/test_hostile.py."""
    command("run", hostile, "--select", "num.maximum", "--reports", tmp_path)
    for name in ("summary.md", "junit.xml", "report.json"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert all(line.isprintable() for line in text.replace("\t", " ").split("\n")), name


@pytest.mark.parametrize("words", [["run"], ["plan"]])
def test_the_reason_why_a_survey_failed_is_text(command, words, hostile_bodies):
    with serving(hostile_bodies["refusal"]) as endpoint:
        said = command(*words, endpoint)
    harmless(said)
    assert len(said.out + said.err) < 20_000
