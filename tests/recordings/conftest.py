"""Hand-written archives in the form of browsers, with responses of the emulator."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from attrs import evolve, frozen

from imagesearch_conformance.emulator.access_keys import DEFAULT_CREDENTIALS
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.reports import write
from imagesearch_conformance.signing import v2, v3
from imagesearch_conformance.signing.encoding import format_date

from ..cli import conftest as cli_fixtures  # noqa: TID252 the fixtures of commands

command, emulating, environment = cli_fixtures.command, cli_fixtures.emulating, cli_fixtures.environment

HOST = "emulator.example"

NAMES = {"InstanceName": "demoinstance1", "ProductId": "2092061_1", "PicName": "2092061_1.jpg"}


@pytest.fixture(scope="session")
def required_parameters():
    return NAMES


@pytest.fixture(scope="session")
def recorder(bench, now):
    """Builds calls of the emulator and the entries of a recording."""

    @frozen
    class Recorder:
        def request(self, given=None, at=0, nonce="", key=DEFAULT_CREDENTIALS, **changes):
            parameters = {name: value for name, value in (NAMES | (given or {})).items() if value is not None}
            request = WireRequest(
                "POST", "/",
                (
                    ("host", HOST), ("x-acs-action", "SearchImageByName"), ("x-acs-version", "2020-12-14"),
                    ("content-type", "application/x-www-form-urlencoded"), ("user-agent", "acme/1.0"),
                ),
                urlencode(parameters).encode(),
            )  # fmt: skip
            moment = format_date(now + timedelta(seconds=at))
            return v3.sign(evolve(request, **changes), key, date=moment, nonce=nonce or f"nonce-{at}-{given}")

        def v2_request(self, at=0, place="form"):
            named = {"Action": "SearchImageByName", "Version": "2020-12-14", "Format": "JSON"}
            form, query = urlencode(NAMES | (named if place == "form" else {})), urlencode(named)
            headers = (("host", HOST), ("content-type", "application/x-www-form-urlencoded"))
            request = WireRequest("POST", "/" if place == "form" else f"/?{query}", headers, form.encode())
            moment = format_date(now + timedelta(seconds=at))
            signed = v2.sign(request, DEFAULT_CREDENTIALS, date=moment, nonce=f"n-{at}")
            if place != "form":
                return signed
            return evolve(signed, target="/", body=signed.body + b"&" + signed.query.encode())

        def respond(self, request, at=0, faults=()):
            return bench(*faults).emulator.handle(request, now + timedelta(seconds=at))

        def entry(self, request, at=0, response=None, faults=(), body=None):
            came = response or self.respond(request, at, faults)
            text = came.body.decode() if body is None else body
            form = request.body.decode()
            return {
                "startedDateTime": (now + timedelta(seconds=at)).isoformat(),
                "time": 12.5,
                "request": {
                    "method": request.method,
                    "url": f"http://{HOST}{request.target}",
                    "httpVersion": "HTTP/1.1",
                    "headers": [{"name": name, "value": value} for name, value in request.headers],
                    "queryString": [],
                    "postData": {"mimeType": request.header("content-type") or "", "text": form},
                },
                "response": {
                    "status": came.status,
                    "headers": [{"name": name, "value": value} for name, value in came.headers],
                    "content": {"size": len(text.encode()), "mimeType": "application/json", "text": text},
                },
            }

        def recorded_entry(self, given=None, at=0, faults=(), **changes):
            return self.entry(self.request(given, at, **changes), at, faults=faults)

    return Recorder()


@pytest.fixture
def judge_recording(judge_with_all_formats, monkeypatch):
    """Judge entries; return the output and the report. Only report.json is written, because other formats are slow."""
    monkeypatch.setattr(write, "output_files", lambda _: ("report.json",))
    return judge_with_all_formats


@pytest.fixture
def judge_with_all_formats(command, tmp_path):
    """Judge entries like `judge_recording`, with all formats."""

    def run(entries, *options, **variables):
        raw = entries if isinstance(entries, bytes) else json.dumps({"log": {"entries": entries}}).encode()
        path = tmp_path / "recorded.har"
        path.write_bytes(raw)
        reports = tmp_path / "judged"
        said = command("judge", path, "--reports", reports, *options, **variables)
        report = reports / "report.json"
        return said, json.loads(report.read_text(encoding="utf-8")) if report.exists() else None

    return run


@pytest.fixture
def requirements_with():
    """Return the requirements of a report with an outcome."""
    return lambda report, outcome="failed": {
        requirement["id"] for requirement in report["requirements"] if requirement["outcome"] == outcome
    }
