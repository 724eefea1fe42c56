"""The plain client in steps, each of which a defect may replace, and the list of the defects."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import http.client
import json
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
class Message:
    """A request as it will be sent."""

    method: str
    target: str
    headers: Pairs
    body: bytes


@frozen
class Reply:
    """A reply as it came."""

    status: int
    location: str | None
    content: bytes
    declared: str = "application/json"  #: the content type
    sized: bool = True  #: whether its length was given
    seconds: float = 0.0  #: how long its body took


class Client(plain.Client):
    """Does what the plain client does; without a connection pool and a second thread, so that many are quick."""

    method, path = "POST", "/"

    def __init__(self, endpoint: str, key_id: str, secret: str) -> None:
        super().__init__(endpoint, key_id, secret)
        self.host = urlsplit(endpoint).netloc

    def __call__(self, parameters: dict[str, Any]) -> tuple[Any, Any]:
        try:
            return self.called(parameters)
        except plain.ArgumentsRefused as refusal:
            raise ArgumentsRefused(str(refusal)) from refusal
        except plain.ApiError as error:
            raise self.told(error) from error

    def called(self, parameters: dict[str, Any]) -> tuple[Any, Any]:
        reply = self.tried(self.asked(parameters))
        return self.handed(*self.read(reply))

    # what is sent

    def asked(self, parameters: dict[str, Any]) -> Pairs:
        """The parameters to send."""
        return list(parameters.items())

    def in_query(self, name: str) -> bool:
        return name in plain.QUERY_PARAMETERS

    def text(self, pairs: Pairs) -> str:
        return "&".join(f"{self.quoted(name)}={self.quoted(self.written(name, value))}" for name, value in pairs)

    def written(self, _: str, value: Any) -> str:
        return plain.format_value(value)

    def quoted(self, text: str) -> str:
        try:
            return quote(text, safe="-_.~")
        except UnicodeEncodeError as error:
            raise plain.ArgumentsRefused(str(error)) from error

    def body(self, pairs: Pairs) -> bytes:
        return self.text(pairs).encode()

    # how it is signed

    def facts(self, content: bytes) -> dict[str, str]:
        """The headers that are signed."""
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
        return self.moment(0)

    def moment(self, later: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + later))

    def nonce(self) -> str:
        return uuid.uuid4().hex

    def signs(self, _: str) -> bool:
        """Whether a header is signed."""
        return True

    def authorization(self, query: str, facts: dict[str, str]) -> str:
        signed = {name: value for name, value in sorted(facts.items()) if self.signs(name)}
        names, lines = ";".join(signed), "".join(f"{name}:{value}\n" for name, value in signed.items())
        digest = facts["x-acs-content-sha256"]
        canonical = f"{self.method}\n{self.path}\n{query}\n{lines}\n{names}\n{digest}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self.secret().encode(), text.encode(), hashlib.sha256).hexdigest()
        return f"ACS3-HMAC-SHA256 Credential={self.key_id()},SignedHeaders={names},Signature={signature}"

    def secret(self) -> str:
        return self._secret

    def key_id(self) -> str:
        return self._key_id

    def message(self, asked: Pairs) -> Message:
        """The parameters as a request, signed."""
        query = self.text(sorted(one for one in asked if self.in_query(one[0])))
        content = self.body(sorted((one for one in asked if not self.in_query(one[0])), key=lambda one: one[0]))
        facts = self.facts(content)
        headers = [*facts.items(), ("accept-encoding", "gzip"), ("authorization", self.authorization(query, facts))]
        target = f"{self.path}?{query}" if query else self.path
        return self.sealed(Message(self.method, target, headers, content))

    def sealed(self, message: Message) -> Message:
        """What becomes of a request after it is signed."""
        return message

    # how it travels

    def tried(self, asked: Pairs) -> Reply:
        """The reply that counts."""
        return self.sent(self.message(asked))

    def sent(self, message: Message, to: str | None = None) -> Reply:
        connection = http.client.HTTPConnection(to or urlsplit(self._endpoint).netloc, timeout=2.0)
        try:
            connection.putrequest(message.method, message.target, skip_host=True, skip_accept_encoding=True)
            for name, value in (*message.headers, ("content-length", str(len(message.body)))):
                connection.putheader(name, value)
            connection.endheaders(message.body)
            reply = connection.getresponse()
            began = time.monotonic()
            content = reply.read()
            seconds = time.monotonic() - began
            if reply.getheader("content-encoding") == "gzip":
                content = self.unpacked(content)
            declared, sized = reply.getheader("content-type", ""), reply.getheader("content-length") is not None
            return Reply(reply.status, reply.getheader("location"), content, declared, sized, seconds)
        finally:
            connection.close()

    def unpacked(self, content: bytes) -> bytes:
        return gzip.decompress(content)

    # what is made of it

    def read(self, reply: Reply) -> tuple[int, Any]:
        """The status and body of a success."""
        if 200 < reply.status < 400:
            raise plain.UnreadableResponse(f"status {reply.status}")
        return reply.status, self.understood(reply.status, self.document(reply.content))

    def document(self, content: bytes) -> Any:
        return plain.parse_object(content)

    def understood(self, status: int, body: dict[str, Any]) -> dict[str, Any]:
        return plain.unwrap_success(status, body)

    def handed(self, status: int, body: Any) -> tuple[Any, Any]:
        """What is returned."""
        return status, body

    def told(self, error: plain.ApiError) -> ApiError:
        """What is raised."""
        return ApiError(error.status, error.code, error.message, error.request_id)


def everywhere(value: Any, change: Callable[[Any], Any]) -> Any:
    """A JSON value with a change made to each object and to each value that holds no others."""
    if isinstance(value, list):
        return [everywhere(one, change) for one in value]
    if isinstance(value, dict):
        return change({name: everywhere(one, change) for name, one in value.items()})
    return change(value)


def reread(content: bytes, **hooks: Any) -> Any:
    """JSON, read by other rules."""
    return json.loads(content, **hooks)


@frozen
class Defect:
    """A broken client: what is wrong with it, the requirements that name that, and those that it breaks as well.

    `also` are patterns. `plays` selects what its short run plays besides what all do. A client that departs from a
    SHOULD alone, or in a way that is tolerated, `warns`; one that hangs is waited for no longer than its `patience`,
    in seconds.
    """

    client: type[Client]
    names: tuple[str, ...]
    also: tuple[str, ...] = ()
    plays: tuple[str, ...] = ()
    warns: bool = False
    patience: float = 5.0
    lost: bool = field(default=False)  #: whether it answers nothing after that, so that the run ends

    @property
    def name(self) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", self.client.__name__).lower()

    @property
    def told(self) -> str:
        """The defect in a sentence."""
        return (self.client.__doc__ or "").strip()


#: Every broken client, in the order in which they are written.
DEFECTS: list[Defect] = []

C = TypeVar("C", bound=type[Client])


def defect(*names: str, also: Iterable[str] = (), plays: Iterable[str] = (), **more: Any) -> Callable[[C], C]:
    """Adds a client to the catalogue."""

    def added(client: C) -> C:
        DEFECTS.append(Defect(client, names, tuple(also), tuple(plays), **more))
        return client

    return added
