"""Clients that are right, built of parts that each have many right forms, and the gate that judges them in process.

They sign by themselves, and share nothing with the suite that judges them.
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

from imagesearch_conformance.clients.driver import ApiError, ArgumentsRefused, CallableDriver
from imagesearch_conformance.clients.server.scripted_server import ScriptedServer, build_server_target
from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.runner.client_run import ClientRun
from imagesearch_conformance.settings.options import Options

FORM = "application/x-www-form-urlencoded"
KEY, SECRET = "key-of-a-client", "secret-of-a-client"

#: A wire: given an address, headers and a body it gives status, headers (lower-case) and body of the reply.
Wire = Callable[[str, dict[str, str], bytes], tuple[int, dict[str, str], bytes]]


def encoded(value: str, *, plus: bool = False) -> str:
    return quote_plus(value, safe="~") if plus else quote(value, safe="-_.~")


def joined(pairs: dict[str, str], *, plus: bool = False, sort: bool = True) -> str:
    named = sorted(pairs.items()) if sort else pairs.items()
    return "&".join(f"{encoded(name, plus=plus)}={encoded(value, plus=plus)}" for name, value in named)


def http_client(url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """A connection for each request, without a follow-up of any kind."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=3)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


@frozen
class Client:
    """A client that is right, in the plainest form; every part can have another form."""

    endpoint: str = ""
    send: Wire = http_client
    scheme: str = "v3"  #: v3, v2 (common parameters in the query) or v2-form
    plus: bool = False  #: whether a space is a plus sign
    sort: bool = True  #: whether parameters are sent in order of their names
    path: str = "/"
    content_type: str = FORM
    also: tuple[tuple[str, str], ...] = ()  #: further headers
    signed: bool = False  #: whether they are signed
    common: tuple[tuple[str, str], ...] = ()  #: further parameters in the query
    host: Callable[[str], str] = str
    case: Callable[[str], str] = str  #: of names of headers
    nonce: Callable[[], str] = lambda: uuid.uuid4().hex
    skew: float = 0.0
    written: Callable[[Any], str] = lambda value: value if isinstance(value, str) else json.dumps(value)
    check: Callable[[dict[str, Any]], None] = lambda _: None
    decode: Callable[[bytes], Any] = lambda body: json.loads(body.decode("utf-8"))
    shape: Callable[[Any], Any] = lambda body: body
    hand: Callable[[int, Any], Any] = lambda status, body: (status, body)
    told: Callable[[int, Any], ApiError] = lambda status, body: ApiError(
        status, str(body["Code"]), body.get("Message"), body.get("RequestId")
    )
    senseless: Callable[[int], Exception] = lambda status: ValueError(f"no sense, status {status}")
    again: Callable[[int, Any], bool] = lambda _status, _body: False
    tries: int = 3
    in_query: tuple[str, ...] = ("ScoreThreshold",)

    def __call__(self, parameters: dict[str, Any]) -> Any:
        self.check(parameters)
        for number in range(self.tries):
            status, body = self._once(parameters)
            if number + 1 == self.tries or not self.again(status, body):
                break
        if not isinstance(body, dict) or 200 < status < 400:
            raise self.senseless(status)
        if status != 200 or body.get("Success") is False:
            raise self.told(status, body)
        return self.hand(status, self.shape(body))

    def _once(self, parameters: dict[str, Any]) -> tuple[int, Any]:
        texts = {name: self.written(value) for name, value in parameters.items()}
        query = {name: texts.pop(name) for name in self.in_query if name in texts} | dict(self.common)
        make = {"v3": self._v3, "v2": self._v2, "v2-form": partial(self._v2, in_form=True)}[self.scheme]
        url, headers, body = make(query, texts)
        status, named, content = self.send(url, {self.case(name): value for name, value in headers.items()}, body)
        content = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(named.get("content-encoding", ""), bytes)(
            content
        )
        try:
            return status, self.decode(content)
        except ValueError:
            return status, None

    @property
    def _host(self) -> str:
        return self.host(urlsplit(self.endpoint).netloc)

    def _date(self) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + self.skew))

    def _url(self, query: dict[str, str]) -> str:
        text = joined(query, plus=self.plus, sort=self.sort)
        return self.endpoint + self.path + (f"?{text}" if text else "")

    def _v3(self, query: dict[str, str], form: dict[str, str]) -> tuple[str, dict[str, str], bytes]:
        body = joined(form, plus=self.plus, sort=self.sort).encode()
        digest = hashlib.sha256(body).hexdigest()
        headers = {
            "host": self._host, "x-acs-action": "SearchImageByName", "x-acs-content-sha256": digest,
            "x-acs-date": self._date(), "x-acs-signature-nonce": self.nonce(), "x-acs-version": "2020-12-14",
        } | ({"content-type": self.content_type} if body else {})  # fmt: skip
        more = {name.lower(): value for name, value in self.also}
        signed = dict(sorted((headers | (more if self.signed else {})).items()))
        names, lines = ";".join(signed), "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = f"POST\n/\n{joined(query)}\n{lines}\n{names}\n{digest}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        authorization = f"ACS3-HMAC-SHA256 Credential={KEY},SignedHeaders={names},Signature={signature}"
        return self._url(query), {**headers, **more, "authorization": authorization}, body

    def _v2(
        self, query: dict[str, str], form: dict[str, str], *, in_form: bool = False
    ) -> tuple[str, dict[str, str], bytes]:
        own = {
            "Action": "SearchImageByName", "Version": "2020-12-14", "AccessKeyId": KEY,
            "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": self.nonce(),
            "Timestamp": self._date(),
        }  # fmt: skip
        text = f"POST&%2F&{encoded(joined(own | query | form))}"
        own["Signature"] = base64.b64encode(hmac.new(f"{SECRET}&".encode(), text.encode(), "sha1").digest()).decode()
        query, form = (query, form | own) if in_form else (query | own, form)
        body = joined(form, plus=self.plus, sort=self.sort).encode()
        headers = {"host": self._host, **{name.lower(): value for name, value in self.also}}
        return self._url(query), headers | ({"content-type": self.content_type} if body else {}), body


@frozen
class Told:
    """What a run says of a client: the findings by requirement, those that are tolerated apart, and the rest."""

    accused: dict[str, tuple[str, str, str]]
    tolerated: dict[str, tuple[str, str, str]]
    outcomes: dict[str, str]
    verdict: str


@pytest.fixture(scope="session")
def gated():
    """Judges a client: plays every scenario that is selected, apart from those that only take time."""

    def judged(contract, client, select=(), deselect=("network.stalled",), **options) -> Told:
        bound = contract.for_clients()
        with ScriptedServer(lambda: datetime.now(UTC)) as stage:
            target = build_server_target(bound, stage.endpoint, Credentials(KEY, SECRET))
            driver = CallableDriver(evolve(client, endpoint=stage.endpoint), 10, time.monotonic)
            given = Options(select=select, deselect=() if select else deselect, **options)
            gate = ClientRun(
                bound, target, stage.other_endpoint, given, driver, stage, lambda: datetime.now(UTC), time.perf_counter
            )
            record = list(gate.events())[-1].record
        found: dict[str, dict[str, tuple[str, str, str]]] = {"documented": {}, "tolerated": {}}
        for result in record.cases:
            for one in result.judgement.findings if result.judgement else ():
                found[one.grade].setdefault(one.requirement, (result.case.id, one.message, str(one.actual)[:80]))
        outcomes = {result.case.id: str(result.outcome) for result in record.cases}
        return Told(found["documented"], found["tolerated"], outcomes, str(record.verdict))

    return judged


@pytest.fixture(scope="session")
def plain():
    """The plainest client."""
    return Client()


@pytest.fixture(scope="session")
def refused():
    """What a client raises that refuses arguments."""
    return ArgumentsRefused
