"""Adapter of the official Python SDK, `alibabacloud-imagesearch20201214`, version 3.1.1 or later.

    imagesearch-conformance client -- python official_python.py

The SDK keeps its default settings, apart from the address and the protocol.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from alibabacloud_imagesearch20201214.client import Client
from alibabacloud_imagesearch20201214.models import SearchImageByNameRequest
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException  # the base class of the exceptions of every version


def create_client() -> Any:
    """Create a client as the documentation of the SDK does."""
    endpoint = urlsplit(os.environ["IMAGESEARCH_ENDPOINT"])
    config = Config(
        access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        region_id=os.environ.get("ALIBABA_CLOUD_REGION_ID"),
        endpoint=endpoint.netloc,
        protocol=endpoint.scheme.upper(),
    )
    return Client(config)


def unknown_parameters(parameters: dict[str, Any]) -> list[str]:
    """Return the parameters without an attribute in this version's model, which would drop them silently."""
    return [name for name in parameters if name not in SearchImageByNameRequest().from_map({name: ""}).to_map()]


def search(sdk: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the result or error of one call."""
    unknown = unknown_parameters(parameters)
    if unknown:
        return error_response(-32602, f"this version has no parameter {', '.join(unknown)}")
    request = SearchImageByNameRequest().from_map(parameters)
    try:
        request.validate()  # the SDK's own first step
    except Exception as error:  # noqa: BLE001 a model may raise any exception
        return error_response(-32602, f"{type(error).__name__}: {error}")
    try:
        return {"result": result_from_response(sdk.search_image_by_name(request))}
    except Exception as error:  # noqa: BLE001 the SDK may raise any exception
        return error_from_exception(error)


def result_from_response(response: Any) -> dict[str, Any]:
    """Return the result that the SDK gives its caller; up to 4.0.0 a response has no status."""
    body = None if response.body is None else response.body.to_map()
    json_body = json.loads(json.dumps(body), parse_constant=str)  # the SDK accepts NaN, which JSON does not have
    return {"httpStatus": getattr(response, "status_code", None), "body": json_body}


def error_from_exception(error: Exception) -> dict[str, Any]:
    """Return the protocol's error for an exception.

    An error of the API has the response in `data`, including the status; any other is a failure of the call.
    """
    data = getattr(error, "data", None)
    if not isinstance(error, TeaException) or not isinstance(data, dict) or "statusCode" not in data:
        cause = getattr(error, "inner_exception", error)
        is_refused = isinstance(cause, UnicodeEncodeError)  # text that cannot be encoded: nothing was sent
        return error_response(-32602 if is_refused else -32001, f"{type(cause).__name__}: {cause}")
    details = {
        "httpStatus": data["statusCode"],
        "code": error.code,
        "message": data.get("Message", data.get("message", error.message)),
        "requestId": data.get("RequestId", data.get("requestId")),
    }
    return error_response(-32000, str(error.message), details)


def error_response(code: int, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an error of the protocol."""
    error: dict[str, Any] = {"code": code, "message": message}
    return {"error": error if data is None else {**error, "data": data}}


def handle_message(sdk: Any, message: dict[str, Any]) -> dict[str, Any]:
    """Return the result or error for one message of the protocol."""
    if message.get("method") == "initialize":
        name = "alibabacloud-imagesearch20201214"
        return {"result": {"name": name, "version": version(name), "language": "python"}}
    if message.get("method") != "searchImageByName":
        return error_response(-32601, "unknown method")
    return search(sdk, message.get("params") or {})


def main() -> None:
    """Answer every line of standard input with a line of standard output."""
    sdk = create_client()
    for line in sys.stdin.buffer:
        message = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": message.get("id"), **handle_message(sdk, message)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
