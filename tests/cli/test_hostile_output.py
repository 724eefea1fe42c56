"""What a target says reaches a terminal as text: no escape, no change of direction, no line of its own."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

HOSTILE = (
    "\x1b[2J\x1b]0;title\x07 \u202e\u2066drow \u2028 \x85 \x00\x9b31m \r\n"
    "verdict: conformant\nnum.maximum/above: passed\n"
)

ENTRY = {"ProductId": HOSTILE, "PicName": HOSTILE, "CategoryId": HOSTILE, "Score": HOSTILE, HOSTILE: HOSTILE}
DOCUMENT = {"Success": True, "Code": 0, "Msg": HOSTILE, "RequestId": HOSTILE, "Auctions": [ENTRY], "Head": HOSTILE}


@pytest.fixture(params=["json", "text"])
def hostile(request):
    """An endpoint that answers everything with the same reply full of hostile text, of either kind."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("X-Said", "\x1b[31m red \x9b31m")
            self.end_headers()
            self.wfile.write(json.dumps(DOCUMENT).encode() if request.param == "json" else HOSTILE.encode())

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
        "verdict: nonconformant (of what was selected)"
    ]


def test_a_replay_shows_it_as_text(command, hostile, tmp_path):
    command("run", hostile, "--select", "num.maximum", "--reports", tmp_path)
    said = command("replay", tmp_path / "report.json", "num.maximum/above")
    assert said.code == 1
    lines = harmless(said)
    assert [line for line in lines if line.startswith("num.maximum/above")] == ["num.maximum/above: failed"]
    assert not [line for line in lines if line.startswith("verdict")]


def test_every_file_that_people_open_is_text(command, hostile, tmp_path):
    command("run", hostile, "--select", "num.maximum", "--reports", tmp_path)
    for name in ("summary.md", "junit.xml", "report.json"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert all(line.isprintable() for line in text.replace("\t", " ").split("\n")), name


def test_the_reason_why_a_survey_failed_is_text(command, hostile, monkeypatch):
    monkeypatch.setitem(DOCUMENT, "Code", "InvalidInstance")
    monkeypatch.setitem(DOCUMENT, "Message", HOSTILE * 10_000)
    for words in (["run", hostile], ["plan", hostile]):
        said = command(*words)
        harmless(said)
        assert len(said.out + said.err) < 20_000
