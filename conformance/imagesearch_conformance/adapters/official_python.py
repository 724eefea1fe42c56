"""Adapter of the official Python SDK, `alibabacloud-imagesearch20201214`, in any version from 3.1.1 on.

    imagesearch-conformance client -- python official_python.py

Its settings are those that the SDK has by itself; only the address and the protocol are set.
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
from Tea.exceptions import TeaException  # what the exceptions of every version derive from


def create_client() -> Any:
    """The SDK, as its documentation sets it up."""
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
    """The parameters that this version's model has no attribute for: it would leave them out without a word."""
    return [name for name in parameters if name not in SearchImageByNameRequest().from_map({name: ""}).to_map()]


def search(sdk: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    """The result or error of one call."""
    lacking = unknown_parameters(parameters)
    if lacking:
        return error_response(-32602, f"this version has no parameter {', '.join(lacking)}")
    request = SearchImageByNameRequest().from_map(parameters)
    try:
        request.validate()  # what the SDK does first, too
    except Exception as problem:  # noqa: BLE001 whatever a model raises
        return error_response(-32602, f"{type(problem).__name__}: {problem}")
    try:
        return {"result": result_from_response(sdk.search_image_by_name(request))}
    except Exception as problem:  # noqa: BLE001 whatever the SDK makes of a reply
        return error_from_exception(problem)


def result_from_response(response: Any) -> dict[str, Any]:
    """What the caller of the SDK has in hands; up to 4.0.0 a response does not say its status."""
    body = None if response.body is None else response.body.to_map()
    told = json.loads(json.dumps(body), parse_constant=str)  # the SDK reads NaN, which JSON cannot say
    return {"httpStatus": getattr(response, "status_code", None), "body": told}


def error_from_exception(problem: Exception) -> dict[str, Any]:
    """An error of the API has the reply in `data`, with the status in it; all others came about on the way."""
    data = getattr(problem, "data", None)
    if not isinstance(problem, TeaException) or not isinstance(data, dict) or "statusCode" not in data:
        cause = getattr(problem, "inner_exception", problem)
        unsent = isinstance(cause, UnicodeEncodeError)  # text that nothing can be made of, so that nothing went out
        return error_response(-32602 if unsent else -32001, f"{type(cause).__name__}: {cause}")
    given = {
        "httpStatus": data["statusCode"],
        "code": problem.code,
        "message": data.get("Message", data.get("message", problem.message)),
        "requestId": data.get("RequestId", data.get("requestId")),
    }
    return error_response(-32000, str(problem.message), given)


def error_response(code: int, message: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """An error of the protocol."""
    given: dict[str, Any] = {"code": code, "message": message}
    return {"error": given if data is None else {**given, "data": data}}


def handle_message(sdk: Any, message: dict[str, Any]) -> dict[str, Any]:
    """The result or error of one message of the protocol."""
    if message.get("method") == "initialize":
        name = "alibabacloud-imagesearch20201214"
        return {"result": {"name": name, "version": version(name), "language": "python"}}
    if message.get("method") != "searchImageByName":
        return error_response(-32601, "there is no such method")
    return search(sdk, message.get("params") or {})


def main() -> None:
    """Answers every line of standard input with a line of standard output."""
    sdk = create_client()
    for line in sys.stdin.buffer:
        message = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": message.get("id"), **handle_message(sdk, message)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
