"""Adapter of a plain client, written on `requests` for the purpose: it does what the page says and no more.

    imagesearch-conformance client -- python plain.py

It needs `requests` alone, and shares nothing with the suite that judges it: it signs by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
import threading
import time
import uuid
from typing import Any, NoReturn
from urllib.parse import quote, urlsplit

import requests

ACTION, VERSION = "SearchImageByName", "2020-12-14"

#: The parameters that travel in the query; all others travel in the form.
IN_QUERY = {"ScoreThreshold"}

#: How long connecting and a whole reply may take, in seconds, and how long a reply may be, in bytes.
CONNECT, WHOLE, MOST = 2.0, 3.0, 64 * 1024 * 1024

#: What `Code` says of a success, where it says anything.
FINE = (None, 0, "0", "")


class Refused(Exception):
    """The arguments cannot be sent."""


class Unreadable(Exception):
    """No reply, or none that makes sense."""


class ApiError(Exception):
    """The service refused the request, or failed."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.code = status, str(body["Code"])
        self.message = _text(body, "Message") or _text(body, "Msg")
        self.request_id = _text(body, "RequestId")
        super().__init__(f"{status} {self.code}: {self.message}")


class Client:
    """Searches at one endpoint with one key, one connection a call, without a second try."""

    def __init__(self, endpoint: str, key_id: str, secret: str) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._key_id, self._secret = key_id, secret

    def search(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and body of a success."""
        query = encoded({name: value for name, value in parameters.items() if name in IN_QUERY})
        form = encoded({name: value for name, value in parameters.items() if name not in IN_QUERY}).encode()
        status, content = self._sent(query, form)
        if status != requests.codes.ok and status < requests.codes.bad_request:
            raise Unreadable(f"status {status} is neither success nor error")
        return status, understood(status, document(content))

    def _sent(self, query: str, form: bytes) -> tuple[int, bytes]:
        """The reply, within the time for all of it: a server that sends drop by drop would never exceed a read's."""
        done: list[tuple[int, bytes] | Exception] = []
        worker = threading.Thread(target=lambda: done.append(self._exchanged(query, form)), daemon=True)
        worker.start()
        worker.join(WHOLE)
        if not done:
            raise Unreadable(f"no whole reply within {WHOLE} seconds")
        if isinstance(done[0], Exception):
            raise Unreadable(repr(done[0])) from done[0]
        return done[0]

    def _exchanged(self, query: str, form: bytes) -> tuple[int, bytes] | Exception:
        """The reply or what prevented it; never raises, for it has a thread of its own."""
        url = f"{self._endpoint}/?{query}" if query else f"{self._endpoint}/"
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, and no key out of a netrc
                reply = session.post(
                    url,
                    data=form,
                    headers=self._headers(query, form),
                    timeout=(CONNECT, WHOLE),
                    allow_redirects=False,  # a redirect may lead the key anywhere
                    stream=True,
                )
                return reply.status_code, _bounded(reply)
        except Exception as error:  # noqa: BLE001 whatever a server can make of it
            return error

    def _headers(self, query: str, form: bytes) -> dict[str, str]:
        """The headers of a request, signed by ACS3-HMAC-SHA256."""
        digest = hashlib.sha256(form).hexdigest()
        signed = {
            "content-type": "application/x-www-form-urlencoded",
            "host": urlsplit(self._endpoint).netloc,
            "x-acs-action": ACTION,
            "x-acs-content-sha256": digest,
            "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "x-acs-signature-nonce": uuid.uuid4().hex,
            "x-acs-version": VERSION,
        }
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{digest}"
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self._key_id},SignedHeaders={names},Signature={signature}"
        return {**signed, "accept": "application/json", "Authorization": f"ACS3-HMAC-SHA256 {credential}"}


def encoded(parameters: dict[str, Any]) -> str:
    """Parameters percent-encoded by RFC 3986 and in order of their names: sent as they are signed."""
    try:
        return "&".join(f"{_quoted(name)}={_quoted(written(parameters[name]))}" for name in sorted(parameters))
    except UnicodeEncodeError as error:
        raise Refused(f"no UTF-8: {error}") from error


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def written(value: Any) -> str:
    """A value as text: what JSON writes, without the quotes of a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise Refused(f"a {type(value).__name__} cannot be written as text")


def document(content: bytes) -> dict[str, Any]:
    """A JSON object, exactly as it came: nothing doubled, nothing rounded to infinity, no byte order mark."""
    try:
        found = json.loads(
            content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable(f"a JSON {type(found).__name__} where an object belongs")
    return found


def understood(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """The body of a success; an error is raised."""
    failed = status != requests.codes.ok or body.get("Success") is False
    if not failed and body.get("Code") in FINE:
        return body
    if body.get("Code") in FINE or not isinstance(body["Code"], (str, int)):
        raise Unreadable(f"status {status}, and no code that says why")
    raise ApiError(status, body)


def _bounded(reply: requests.Response) -> bytes:
    content = b""
    for piece in reply.iter_content(1024 * 1024):
        content += piece
        if len(content) > MOST:
            raise Unreadable(f"more than {MOST} bytes")
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number too large")
    return value


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def answered(client: Client, message: dict[str, Any]) -> dict[str, Any]:
    """The result or error of one message of the protocol."""
    if message.get("method") == "initialize":
        return {"result": {"name": "plain", "version": requests.__version__, "language": "python"}}
    if message.get("method") != "searchImageByName":
        return _error(-32601, "there is no such method")
    try:
        status, body = client.search(message.get("params") or {})
    except Refused as error:
        return _error(-32602, str(error))
    except Unreadable as error:
        return _error(-32001, str(error))
    except ApiError as error:
        data = {"httpStatus": error.status, "code": error.code, "message": error.message, "requestId": error.request_id}
        return _error(-32000, str(error), data)
    return {"result": {"httpStatus": status, "body": body}}


def _error(code: int, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    given = {"code": code, "message": message}
    return {"error": given if data is None else {**given, "data": data}}


def main() -> None:
    """Answers every line of standard input with a line of standard output."""
    key = os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    client = Client(os.environ["IMAGESEARCH_ENDPOINT"], *key)
    for line in sys.stdin.buffer:
        message = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": message.get("id"), **answered(client, message)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
