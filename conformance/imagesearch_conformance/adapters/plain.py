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
QUERY_PARAMETERS = {"ScoreThreshold"}

#: How long connecting and a whole reply may take, in seconds, and how long a reply may be, in bytes.
CONNECT_TIMEOUT, TOTAL_TIMEOUT, MAX_BODY_SIZE = 2.0, 3.0, 64 * 1024 * 1024

#: What `Code` says of a success, where it says anything.
SUCCESS_CODES = (None, 0, "0", "")


class ArgumentsRefused(Exception):
    """The arguments cannot be sent."""


class UnreadableResponse(Exception):
    """No reply, or none that makes sense."""


class ApiError(Exception):
    """The service refused the request, or failed."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.code = status, str(body["Code"])
        self.message = _optional_text(body, "Message") or _optional_text(body, "Msg")
        self.request_id = _optional_text(body, "RequestId")
        super().__init__(f"{status} {self.code}: {self.message}")


class Client:
    """Searches at one endpoint with one key, one connection a call, without a second try."""

    def __init__(self, endpoint: str, key_id: str, secret: str) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._key_id, self._secret = key_id, secret

    def search(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and body of a success."""
        query = encode_parameters({name: value for name, value in parameters.items() if name in QUERY_PARAMETERS})
        form = encode_parameters(
            {name: value for name, value in parameters.items() if name not in QUERY_PARAMETERS}
        ).encode()
        status, content = self._send(query, form)
        if status != requests.codes.ok and status < requests.codes.bad_request:
            raise UnreadableResponse(f"status {status} is neither success nor error")
        return status, unwrap_success(status, parse_object(content))

    def _send(self, query: str, form: bytes) -> tuple[int, bytes]:
        """The reply, within the time for all of it: a server that sends drop by drop would never exceed a read's."""
        done: list[tuple[int, bytes] | Exception] = []
        worker = threading.Thread(target=lambda: done.append(self._post(query, form)), daemon=True)
        worker.start()
        worker.join(TOTAL_TIMEOUT)
        if not done:
            raise UnreadableResponse(f"no whole reply within {TOTAL_TIMEOUT} seconds")
        if isinstance(done[0], Exception):
            raise UnreadableResponse(repr(done[0])) from done[0]
        return done[0]

    def _post(self, query: str, form: bytes) -> tuple[int, bytes] | Exception:
        """The reply or what prevented it; never raises, for it has a thread of its own."""
        url = f"{self._endpoint}/?{query}" if query else f"{self._endpoint}/"
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy, and no key out of a netrc
                reply = session.post(
                    url,
                    data=form,
                    headers=self._signed_headers(query, form),
                    timeout=(CONNECT_TIMEOUT, TOTAL_TIMEOUT),
                    allow_redirects=False,  # a redirect may lead the key anywhere
                    stream=True,
                )
                return reply.status_code, _read_bounded(reply)
        except Exception as error:  # noqa: BLE001 whatever a server can make of it
            return error

    def _signed_headers(self, query: str, form: bytes) -> dict[str, str]:
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


def encode_parameters(parameters: dict[str, Any]) -> str:
    """Parameters percent-encoded by RFC 3986 and in order of their names: sent as they are signed."""
    try:
        return "&".join(f"{_quote(name)}={_quote(format_value(parameters[name]))}" for name in sorted(parameters))
    except UnicodeEncodeError as error:
        raise ArgumentsRefused(f"no UTF-8: {error}") from error


def _quote(text: str) -> str:
    return quote(text, safe="-_.~")


def format_value(value: Any) -> str:
    """A value as text: what JSON writes, without the quotes of a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise ArgumentsRefused(f"a {type(value).__name__} cannot be written as text")


def parse_object(content: bytes) -> dict[str, Any]:
    """A JSON object, exactly as it came: nothing doubled, nothing rounded to infinity, no byte order mark."""
    try:
        found = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_reject_duplicates,
            parse_constant=_reject_constant,
            parse_float=_parse_finite,
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableResponse(f"no JSON: {error}") from error
    if not isinstance(found, dict):
        raise UnreadableResponse(f"a JSON {type(found).__name__} where an object belongs")
    return found


def unwrap_success(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """The body of a success; an error is raised."""
    failed = status != requests.codes.ok or body.get("Success") is False
    if not failed and body.get("Code") in SUCCESS_CODES:
        return body
    if body.get("Code") in SUCCESS_CODES or not isinstance(body["Code"], (str, int)):
        raise UnreadableResponse(f"status {status}, and no code that says why")
    raise ApiError(status, body)


def _read_bounded(response: requests.Response) -> bytes:
    content = b""
    for piece in response.iter_content(1024 * 1024):
        content += piece
        if len(content) > MAX_BODY_SIZE:
            raise UnreadableResponse(f"more than {MAX_BODY_SIZE} bytes")
    return content


def _reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _reject_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _parse_finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number too large")
    return value


def _optional_text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def handle_message(client: Client, message: dict[str, Any]) -> dict[str, Any]:
    """The result or error of one message of the protocol."""
    if message.get("method") == "initialize":
        return {"result": {"name": "plain", "version": requests.__version__, "language": "python"}}
    if message.get("method") != "searchImageByName":
        return _error_response(-32601, "there is no such method")
    try:
        status, body = client.search(message.get("params") or {})
    except ArgumentsRefused as error:
        return _error_response(-32602, str(error))
    except UnreadableResponse as error:
        return _error_response(-32001, str(error))
    except ApiError as error:
        data = {"httpStatus": error.status, "code": error.code, "message": error.message, "requestId": error.request_id}
        return _error_response(-32000, str(error), data)
    return {"result": {"httpStatus": status, "body": body}}


def _error_response(code: int, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    given = {"code": code, "message": message}
    return {"error": given if data is None else {**given, "data": data}}


def main() -> None:
    """Answers every line of standard input with a line of standard output."""
    key = os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    client = Client(os.environ["IMAGESEARCH_ENDPOINT"], *key)
    for line in sys.stdin.buffer:
        message = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": message.get("id"), **handle_message(client, message)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
