"""Requirements that several defects break together, as patterns."""

from __future__ import annotations

#: Whatever comes with every error code of the page.
ERROR_STATUSES, ERROR_MESSAGES = ("error.*.status",), ("error.*.message",)

#: Every operator of filters.
FILTER_OPERATORS = ("filter.int_attr.*", "filter.str_attr.*")

#: Signatures that are refused by codes of the gateway.
SIGNATURES = (
    "authentication.unsigned", "authentication.stranger", "authentication.impostor", "authentication.body",
    "authentication.query", "authentication.expired", "authentication.future", "authentication.malformed",
    "authentication.replay", "authentication.unsigned-header",
)  # fmt: skip

#: What ends with a refusal and with nothing else, whoever refuses it.
REJECTED_REQUESTS = (
    *ERROR_STATUSES, *ERROR_MESSAGES, *SIGNATURES, "authentication.permission", "instancename.*", "productid.*", "picname.*",
    "categoryid.type", "categoryid.enum", "num.type", "num.minimum", "start.type", "start.minimum", "filter.maxlength",
    "filter.format", "filter.keywords", "action.*", "version.unknown", "request.combined", "throttling.above",
)  # fmt: skip

#: What ends with a refusal of a documented form or not at all.
DOCUMENTED_REJECTIONS = (
    *REJECTED_REQUESTS, "num.maximum", "start.maximum", "window.maximum", "silence.integer.plus", "silence.integer.space",
    "silence.integer.fraction", "silence.method", "silence.case", "silence.filter.keywords",
)  # fmt: skip
