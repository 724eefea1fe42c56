"""An exchange: a request as sent with its response as received."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from imagesearch_conformance.model.wire import WireRequest, WireResponse


@frozen
class Exchange:
    """A request as sent with its response as received; `sent_at` is UTC, `seconds` the whole duration."""

    request: WireRequest
    response: WireResponse
    sent_at: datetime
    seconds: float
