"""The JSON document of a refusal: the envelope of the vendor's gateway."""

from __future__ import annotations

from urllib.parse import quote

from imagesearch_conformance.emulator.refusals import Refusal
from imagesearch_conformance.emulator.success import Document

_MORE = "https://api.aliyun.com/troubleshoot?q={code}&product=ImageSearch&requestId={request}"


def failure_document(refusal: Refusal, request_id: str, host: str) -> Document:
    """The envelope of one refusal; `host` is the regional endpoint."""
    return {
        "RequestId": request_id,
        "HostId": host,
        "Code": refusal.code,
        "Message": refusal.message,
        "Recommend": _MORE.format(code=quote(refusal.code), request=request_id),
    }
