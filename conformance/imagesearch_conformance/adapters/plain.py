"""Adapter of a plain client, built on `requests`: it does what the documentation says and no more.

    imagesearch-conformance client -- python plain.py

It needs nothing but `requests`, and shares no code with the suite: it has its own signing.
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

#: The parameters sent in the query; all others are sent in the form.
QUERY_PARAMETERS = {"ScoreThreshold"}

#: Time limits of connecting and of a whole response, in seconds, and the size limit of a response, in bytes.
CONNECT_TIMEOUT, TOTAL_TIMEOUT, MAX_BODY_SIZE = 2.0, 3.0, 64 * 1024 * 1024

#: The values of `Code` in a success.
SUCCESS_CODES = (None, 0, "0", "")


class ArgumentsRefused(Exception):
    """The arguments cannot be sent."""


class UnreadableResponse(Exception):
    """No response, or an invalid one."""


class ApiError(Exception):
    """The service responded with an error."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.code = status, str(body["Code"])
        self.message = _optional_text(body, "Message") or _optional_text(body, "Msg")
        self.request_id = _optional_text(body, "RequestId")
        super().__init__(f"{status} {self.code}: {self.message}")


class Client:
    """Searches at one endpoint with one key, one connection per call, without retries."""

    def __init__(self, endpoint: str, key_id: str, secret: str) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._key_id, self._secret = key_id, secret

    def search(self, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return the status and body of a success."""
        query = encode_parameters({name: value for name, value in parameters.items() if name in QUERY_PARAMETERS})
        form = encode_parameters(
            {name: value for name, value in parameters.items() if name not in QUERY_PARAMETERS}
        ).encode()
        status, content = self._send(query, form)
        if status != requests.codes.ok and status < requests.codes.bad_request:
            raise UnreadableResponse(f"status {status} is neither success nor error")
        return status, unwrap_success(status, parse_object(content))

    def _send(self, query: str, form: bytes) -> tuple[int, bytes]:
        """Return the response within the total time limit: a slow server never exceeds that of a single read."""
        outcomes: list[tuple[int, bytes] | Exception] = []
        worker = threading.Thread(target=lambda: outcomes.append(self._post(query, form)), daemon=True)
        worker.start()
        worker.join(TOTAL_TIMEOUT)
        if not outcomes:
            raise UnreadableResponse(f"no complete response within {TOTAL_TIMEOUT} seconds")
        if isinstance(outcomes[0], Exception):
            raise UnreadableResponse(repr(outcomes[0])) from outcomes[0]
        return outcomes[0]

    def _post(self, query: str, form: bytes) -> tuple[int, bytes] | Exception:
        """Return the response, or the exception raised: this runs in a thread of its own."""
        url = f"{self._endpoint}/?{query}" if query else f"{self._endpoint}/"
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxies, and no credentials from a .netrc file
                response = session.post(
                    url,
                    data=form,
                    headers=self._signed_headers(query, form),
                    timeout=(CONNECT_TIMEOUT, TOTAL_TIMEOUT),
                    allow_redirects=False,  # a redirect could disclose the key
                    stream=True,
                )
                return response.status_code, _read_bounded(response)
        except Exception as error:  # noqa: BLE001 a server can cause any exception
            return error

    def _signed_headers(self, query: str, form: bytes) -> dict[str, str]:
        """Return the headers of a request, signed with ACS3-HMAC-SHA256."""
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
    """Percent-encode parameters by RFC 3986, sorted by name: sent as they are signed."""
    try:
        return "&".join(f"{_quote(name)}={_quote(format_value(parameters[name]))}" for name in sorted(parameters))
    except UnicodeEncodeError as error:
        raise ArgumentsRefused(f"invalid UTF-8: {error}") from error


def _quote(text: str) -> str:
    return quote(text, safe="-_.~")


def format_value(value: Any) -> str:
    """Return a value as text: its JSON, without the quotes of a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise ArgumentsRefused(f"a {type(value).__name__} cannot be written as text")


def parse_object(content: bytes) -> dict[str, Any]:
    """Parse a JSON object exactly: no repeated names, no numbers rounded to infinity, no byte order mark."""
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_reject_duplicates,
            parse_constant=_reject_constant,
            parse_float=_parse_finite,
        )
    except (ValueError, RecursionError) as error:
        raise UnreadableResponse(f"invalid JSON: {error}") from error
    if not isinstance(value, dict):
        raise UnreadableResponse(f"expected a JSON object, got {type(value).__name__}")
    return value


def unwrap_success(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a success; raise ApiError for an error."""
    failed = status != requests.codes.ok or body.get("Success") is False
    if not failed and body.get("Code") in SUCCESS_CODES:
        return body
    if body.get("Code") in SUCCESS_CODES or not isinstance(body["Code"], (str, int)):
        raise UnreadableResponse(f"status {status} without an error code")
    raise ApiError(status, body)


def _read_bounded(response: requests.Response) -> bytes:
    content = b""
    for chunk in response.iter_content(1024 * 1024):
        content += chunk
        if len(content) > MAX_BODY_SIZE:
            raise UnreadableResponse(f"more than {MAX_BODY_SIZE} bytes")
    return content


def _reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("repeated name in an object")
    return members


def _reject_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not valid JSON")


def _parse_finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("number too large")
    return value


def _optional_text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    return value if isinstance(value, str) else None


def handle_message(client: Client, message: dict[str, Any]) -> dict[str, Any]:
    """Return the result or error for one message of the protocol."""
    if message.get("method") == "initialize":
        return {"result": {"name": "plain", "version": requests.__version__, "language": "python"}}
    if message.get("method") != "searchImageByName":
        return _error_response(-32601, "unknown method")
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
    error = {"code": code, "message": message}
    return {"error": error if data is None else {**error, "data": data}}


def main() -> None:
    """Answer every line of standard input with a line of standard output."""
    key = os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
    client = Client(os.environ["IMAGESEARCH_ENDPOINT"], *key)
    for line in sys.stdin.buffer:
        message = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": message.get("id"), **handle_message(client, message)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
