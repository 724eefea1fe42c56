"""Patterns of requirements that several faults violate together."""

from __future__ import annotations

#: The statuses and the messages of all documented error codes.
ERROR_STATUSES, ERROR_MESSAGES = ("error.*.status",), ("error.*.message",)

#: All operators of filters.
FILTER_OPERATORS = ("filter.int_attr.*", "filter.str_attr.*")

#: Invalid signatures that the gateway rejects.
SIGNATURES = (
    "authentication.unsigned", "authentication.stranger", "authentication.impostor", "authentication.body",
    "authentication.query", "authentication.expired", "authentication.future", "authentication.malformed",
    "authentication.replay", "authentication.unsigned-header",
)  # fmt: skip

#: Requests that must be rejected, with any error response.
REJECTED_REQUESTS = (
    *ERROR_STATUSES, *ERROR_MESSAGES, *SIGNATURES, "authentication.permission", "instancename.*", "productid.*",
    "picname.*", "categoryid.type", "categoryid.enum", "num.type", "num.minimum", "start.type", "start.minimum",
    "filter.maxlength", "filter.format", "filter.keywords", "action.*", "version.unknown", "request.combined",
    "throttling.above",
)  # fmt: skip

#: Requests that are rejected with a documented code if they are rejected at all.
DOCUMENTED_REJECTIONS = (
    *REJECTED_REQUESTS, "num.maximum", "start.maximum", "window.maximum", "silence.integer.plus",
    "silence.integer.space", "silence.integer.fraction", "silence.method", "silence.case", "silence.filter.keywords",
)  # fmt: skip
