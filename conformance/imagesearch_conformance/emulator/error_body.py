"""The JSON body of error responses, as the vendor's gateway writes it."""

from __future__ import annotations

from urllib.parse import quote

from imagesearch_conformance.emulator.errors import ErrorResponse
from imagesearch_conformance.emulator.success_body import JsonObject

_RECOMMEND_URL = "https://api.aliyun.com/troubleshoot?q={code}&product=ImageSearch&requestId={request}"


def build_error_body(error: ErrorResponse, request_id: str, host: str) -> JsonObject:
    """Return the body of an error response; `host` is the regional endpoint."""
    return {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        "Recommend": _RECOMMEND_URL.format(code=quote(error.code), request=request_id),
    }
