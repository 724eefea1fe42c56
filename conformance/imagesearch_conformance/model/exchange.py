"""A request as sent and the reply as received."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from imagesearch_conformance.model.wire import WireRequest, WireResponse


@frozen
class Exchange:
    """One request and its reply; `seconds` is the whole exchange, `sent_at` is UTC."""

    request: WireRequest
    response: WireResponse
    sent_at: datetime
    seconds: float
