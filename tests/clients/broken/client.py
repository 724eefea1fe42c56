"""The plain client in steps, each of which a defect may replace, and the list of defects."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import http.client
import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from attrs import define, field, frozen

from imagesearch_conformance.adapters import plain
from imagesearch_conformance.clients.driver import ApiError, ArgumentsRefused

Pairs = list[tuple[str, Any]]


@define
class HttpRequest:
    """A request to send."""

    method: str
    target: str
    headers: Pairs
    body: bytes


@frozen
class HttpResponse:
    """A response as received."""

    status: int
    location: str | None
    content: bytes
    content_type: str = "application/json"
    has_length: bool = True
    seconds: float = 0.0  #: duration of its body


class Client(plain.Client):
    """Does what the plain client does, faster: without a connection pool and a second thread."""

    method, path = "POST", "/"

    def __init__(self, endpoint: str, key_id: str, secret: str) -> None:
        super().__init__(endpoint, key_id, secret)
        self.host = urlsplit(endpoint).netloc

    def __call__(self, parameters: dict[str, Any]) -> tuple[Any, Any]:
        try:
            return self.call(parameters)
        except plain.ArgumentsRefused as error:
            raise ArgumentsRefused(str(error)) from error
        except plain.ApiError as error:
            raise self.build_error(error) from error

    def call(self, parameters: dict[str, Any]) -> tuple[Any, Any]:
        response = self.exchange(self.select_parameters(parameters))
        return self.build_result(*self.read_response(response))

    # parameters

    def select_parameters(self, parameters: dict[str, Any]) -> Pairs:
        return list(parameters.items())

    def in_query(self, name: str) -> bool:
        return name in plain.QUERY_PARAMETERS

    def encode_pairs(self, pairs: Pairs) -> str:
        texts = ((name, self.format_value(name, value)) for name, value in pairs)
        return "&".join(f"{self.percent_encode(name)}={self.percent_encode(text)}" for name, text in texts)

    def format_value(self, _: str, value: Any) -> str:
        return plain.format_value(value)

    def percent_encode(self, text: str) -> str:
        try:
            return quote(text, safe="-_.~")
        except UnicodeEncodeError as error:
            raise plain.ArgumentsRefused(str(error)) from error

    def encode_body(self, pairs: Pairs) -> bytes:
        return self.encode_pairs(pairs).encode()

    # signature

    def signed_headers(self, content: bytes) -> dict[str, str]:
        return {
            "content-type": "application/x-www-form-urlencoded",
            "host": self.host,
            "x-acs-action": plain.ACTION,
            "x-acs-content-sha256": hashlib.sha256(content).hexdigest(),
            "x-acs-date": self.date(),
            "x-acs-signature-nonce": self.nonce(),
            "x-acs-version": plain.VERSION,
        }

    def date(self) -> str:
        return self.timestamp(0)

    def timestamp(self, offset: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))

    def nonce(self) -> str:
        return uuid.uuid4().hex

    def is_signed(self, _: str) -> bool:
        """Whether a header is signed."""
        return True

    def authorization(self, query: str, headers: dict[str, str]) -> str:
        signed = {name: value for name, value in sorted(headers.items()) if self.is_signed(name)}
        names, lines = ";".join(signed), "".join(f"{name}:{value}\n" for name, value in signed.items())
        digest = headers["x-acs-content-sha256"]
        canonical = f"{self.method}\n{self.path}\n{query}\n{lines}\n{names}\n{digest}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.secret().encode(), text.encode(), hashlib.sha256).hexdigest()
        return f"ACS3-HMAC-SHA256 Credential={self.key_id()},SignedHeaders={names},Signature={signature}"

    def secret(self) -> str:
        return self._secret

    def key_id(self) -> str:
        return self._key_id

    def build_request(self, parameters: Pairs) -> HttpRequest:
        """The signed request with these parameters."""
        query = self.encode_pairs(sorted(pair for pair in parameters if self.in_query(pair[0])))
        form = sorted((pair for pair in parameters if not self.in_query(pair[0])), key=lambda pair: pair[0])
        content = self.encode_body(form)
        signed = self.signed_headers(content)
        headers = [*signed.items(), ("accept-encoding", "gzip"), ("authorization", self.authorization(query, signed))]
        target = f"{self.path}?{query}" if query else self.path
        return self.finish_request(HttpRequest(self.method, target, headers, content))

    def finish_request(self, request: HttpRequest) -> HttpRequest:
        """Change a request after it was signed."""
        return request

    # exchange

    def exchange(self, parameters: Pairs) -> HttpResponse:
        """Send the requests of one call; return the last response."""
        return self.send(self.build_request(parameters))

    def send(self, request: HttpRequest, host: str | None = None) -> HttpResponse:
        connection = http.client.HTTPConnection(host or urlsplit(self._endpoint).netloc, timeout=2.0)
        try:
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in (*request.headers, ("content-length", str(len(request.body)))):
                connection.putheader(name, value)
            connection.endheaders(request.body)
            response = connection.getresponse()
            started = time.monotonic()
            content = response.read()
            seconds = time.monotonic() - started
            if response.getheader("content-encoding") == "gzip":
                content = self.decompress(content)
            location, content_type = response.getheader("location"), response.getheader("content-type", "")
            has_length = response.getheader("content-length") is not None
            return HttpResponse(response.status, location, content, content_type, has_length, seconds)
        finally:
            connection.close()

    def decompress(self, content: bytes) -> bytes:
        return gzip.decompress(content)

    # result

    def read_response(self, response: HttpResponse) -> tuple[int, Any]:
        """The status and body of a success."""
        if 200 < response.status < 400:
            raise plain.UnreadableResponse(f"status {response.status}")
        return response.status, self.unwrap(response.status, self.parse_body(response.content))

    def parse_body(self, content: bytes) -> Any:
        return plain.parse_object(content)

    def unwrap(self, status: int, body: dict[str, Any]) -> dict[str, Any]:
        """The body of a success; raises plain.ApiError for an error."""
        return plain.unwrap_success(status, body)

    def build_result(self, status: int, body: Any) -> tuple[Any, Any]:
        return status, body

    def build_error(self, error: plain.ApiError) -> ApiError:
        return ApiError(error.status, error.code, error.message, error.request_id)


def map_values(value: Any, change: Callable[[Any], Any]) -> Any:
    """A JSON value with a change made to each object and to each scalar."""
    if isinstance(value, list):
        return [map_values(item, change) for item in value]
    if isinstance(value, dict):
        return change({name: map_values(member, change) for name, member in value.items()})
    return change(value)


@frozen
class Defect:
    """A broken client, the requirements that name its defect, and patterns of those it violates besides.

    `scenarios` selects the scenarios of its short run besides those of every client. `only_warns` marks a client that
    violates nothing but a SHOULD, or in a tolerated way. `timeout` is that of a call, in seconds.
    """

    client: type[Client]
    requirements: tuple[str, ...]
    side_effects: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    only_warns: bool = False
    timeout: float = 5.0
    ends_run: bool = field(default=False)  #: whether it answers nothing afterwards, so that the run stops

    @property
    def name(self) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", self.client.__name__).lower()

    @property
    def description(self) -> str:
        """The defect in a sentence."""
        return (self.client.__doc__ or "").strip()


#: Every broken client, in the order of definition.
DEFECTS: list[Defect] = []

C = TypeVar("C", bound=type[Client])


def defect(
    *requirements: str, side_effects: Iterable[str] = (), scenarios: Iterable[str] = (), **options: Any
) -> Callable[[C], C]:
    """Add a client to the catalogue."""

    def add(client: C) -> C:
        DEFECTS.append(Defect(client, requirements, tuple(side_effects), tuple(scenarios), **options))
        return client

    return add
