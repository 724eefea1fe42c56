"""Conforming clients, built of replaceable parts, and their runs in this process.

They sign by themselves, and share no code with the suite.
"""

import base64
import gzip
import hashlib
import hmac
import http.client
import json
import time
import uuid
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import pytest
from attrs import evolve, frozen

from imagesearch_conformance.clients.driver import ApiError, CallableDriver
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer, build_server_target
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.runner.client_run import ClientRun
from imagesearch_conformance.settings.options import Options

FORM = "application/x-www-form-urlencoded"
KEY, SECRET = "key-of-a-client", "secret-of-a-client"

#: Sends a request with a URL, headers and a body; returns status, headers (lower-case) and body of the response.
Sender = Callable[[str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]


def percent_encode(value: str, *, plus: bool = False) -> str:
    return quote_plus(value, safe="~") if plus else quote(value, safe="-_.~")


def encode_form(pairs: dict[str, str], *, plus: bool = False, sort: bool = True) -> str:
    ordered = sorted(pairs.items()) if sort else pairs.items()
    return "&".join(f"{percent_encode(name, plus=plus)}={percent_encode(value, plus=plus)}" for name, value in ordered)


def send_once(url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send a request on a connection of its own, without following redirects."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=3)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


@frozen
class Client:
    """A conforming client in its plainest form; every part can be replaced."""

    endpoint: str = ""
    send: Sender = send_once
    scheme: str = "v3"  #: v3, v2 (common parameters in the query) or v2-form
    plus: bool = False  #: whether a space is a plus sign
    sort: bool = True  #: whether parameters are sent in order of their names
    path: str = "/"
    content_type: str = FORM
    headers: tuple[tuple[str, str], ...] = ()  #: additional headers
    sign_headers: bool = False  #: whether the additional headers are signed
    query: tuple[tuple[str, str], ...] = ()  #: additional parameters in the query
    host: Callable[[str], str] = str
    header_case: Callable[[str], str] = str  #: changes the names of headers
    nonce: Callable[[], str] = lambda: uuid.uuid4().hex
    skew: float = 0.0
    format_value: Callable[[Any], str] = lambda value: value if isinstance(value, str) else json.dumps(value)
    check_arguments: Callable[[dict[str, Any]], None] = lambda _: None
    parse_body: Callable[[bytes], Any] = lambda body: json.loads(body.decode("utf-8"))
    change_result: Callable[[Any], Any] = lambda body: body
    build_result: Callable[[int, Any], Any] = lambda status, body: (status, body)
    build_error: Callable[[int, Any], ApiError] = lambda status, body: ApiError(
        status, str(body["Code"]), body.get("Message"), body.get("RequestId")
    )
    build_failure: Callable[[int], Exception] = lambda status: ValueError(f"unreadable response, status {status}")
    should_retry: Callable[[int, Any], bool] = lambda _status, _body: False
    max_attempts: int = 3
    in_query: tuple[str, ...] = ("ScoreThreshold",)

    def __call__(self, parameters: dict[str, Any]) -> Any:
        self.check_arguments(parameters)
        for attempt in range(self.max_attempts):
            status, body = self._exchange(parameters)
            if attempt + 1 == self.max_attempts or not self.should_retry(status, body):
                break
        if not isinstance(body, dict) or 200 < status < 400:
            raise self.build_failure(status)
        if status != 200 or body.get("Success") is False:
            raise self.build_error(status, body)
        return self.build_result(status, self.change_result(body))

    def _exchange(self, parameters: dict[str, Any]) -> tuple[int, Any]:
        texts = {name: self.format_value(value) for name, value in parameters.items()}
        query = {name: texts.pop(name) for name in self.in_query if name in texts} | dict(self.query)
        sign = {"v3": self._v3, "v2": self._v2, "v2-form": partial(self._v2, in_form=True)}[self.scheme]
        url, headers, body = sign(query, texts)
        status, received, content = self.send(
            url, {self.header_case(name): value for name, value in headers.items()}, body
        )
        content = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(
            received.get("content-encoding", ""), bytes
        )(content)
        try:
            return status, self.parse_body(content)
        except ValueError:
            return status, None

    @property
    def _host(self) -> str:
        return self.host(urlsplit(self.endpoint).netloc)

    def _date(self) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.skew))

    def _url(self, query: dict[str, str]) -> str:
        text = encode_form(query, plus=self.plus, sort=self.sort)
        return self.endpoint + self.path + (f"?{text}" if text else "")

    def _v3(self, query: dict[str, str], form: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
        body = encode_form(form, plus=self.plus, sort=self.sort).encode()
        digest = hashlib.sha256(body).hexdigest()
        headers = {
            "host": self._host, "x-acs-action": "SearchImageByName", "x-acs-content-sha256": digest,
            "x-acs-date": self._date(), "x-acs-signature-nonce": self.nonce(), "x-acs-version": "2020-12-14",
        } | ({"content-type": self.content_type} if body else {})  # fmt: skip
        additional = {name.lower(): value for name, value in self.headers}
        signed = dict(sorted((headers | (additional if self.sign_headers else {})).items()))
        names, lines = ";".join(signed), "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = f"POST\n/\n{encode_form(query)}\n{lines}\n{names}\n{digest}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        authorization = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
        return self._url(query), {**headers, **additional, "authorization": authorization}, body

    def _v2(
        self, query: dict[str, str], form: dict[str, str], *, in_form: bool = False
    ) -> tuple[str, dict[str, str], bytes]:
        own = {
            "Action": "SearchImageByName", "Version": "2020-12-14", "AccessKeyId": KEY,
            "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": self.nonce(),
            "Timestamp": self._date(),
        }  # fmt: skip
        text = f"POST&%2F&{percent_encode(encode_form(own | query | form))}"
        own["Signature"] = base64.b64encode(hmac.new(f"{SECRET}&".encode(), text.encode(), "sha1").digest()).decode()
        query, form = (query, form | own) if in_form else (query | own, form)
        body = encode_form(form, plus=self.plus, sort=self.sort).encode()
        headers = {"host": self._host, **{name.lower(): value for name, value in self.headers}}
        return self._url(query), headers | ({"content-type": self.content_type} if body else {}), body


@frozen
class ClientResult:
    """The result of a run: case, message and value of the first finding of each requirement, outcomes, verdict."""

    documented: dict[str, tuple[str, str, str]]
    tolerated: dict[str, tuple[str, str, str]]
    outcomes: dict[str, str]
    verdict: str


@pytest.fixture(scope="session")
def run_client():
    """Runs a client in the selected scenarios; by default in all, except those that only take time."""

    def run(contract, client, select=(), deselect=("network.stalled",), **options) -> ClientResult:
        client_contract = contract.for_clients()
        with ScriptedServer(lambda: datetime.now(UTC)) as server:
            target = build_server_target(client_contract, server.endpoint, Credentials(KEY, SECRET))
            driver = CallableDriver(evolve(client, endpoint=server.endpoint), 10, time.monotonic)
            run_options = Options(select=select, deselect=() if select else deselect, **options)
            client_run = ClientRun(
                client_contract, target, server.other_endpoint, run_options, driver, server,
                lambda: datetime.now(UTC), time.perf_counter,
            )  # fmt: skip
            record = list(client_run.events())[-1].record
        findings: dict[str, dict[str, tuple[str, str, str]]] = {"documented": {}, "tolerated": {}}
        for result in record.cases:
            for finding in result.judgement.findings if result.judgement else ():
                details = (result.case.id, finding.message, str(finding.actual)[:80])
                findings[finding.grade].setdefault(finding.requirement, details)
        outcomes = {result.case.id: str(result.outcome) for result in record.cases}
        return ClientResult(findings["documented"], findings["tolerated"], outcomes, str(record.verdict))

    return run


@pytest.fixture(scope="session")
def plain_client():
    """The plainest conforming client."""
    return Client()
