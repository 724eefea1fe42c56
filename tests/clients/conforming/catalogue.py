"""Conforming clients, each with a habit of its own."""

import itertools
import json
from functools import partial

from imagesearch_conformance.clients.driver import ApiError

from .conftest import FORM
from .scenarios import ARGUMENTS, REQUESTS, RESULTS, RETRIES, TRANSFER
from .senders import (
    Http10Connection,
    KeepAliveSender,
    send_by_requests,
    send_chunked,
    send_plain,
    send_utf8_headers,
    send_with_upgrade,
    split_url,
)
from .values import (
    check_rules,
    check_types,
    map_scalars,
    require_documented_fields,
    round_to_float32,
    to_model,
    without,
)


def get_code(body):
    return str(body.get("Code")) if isinstance(body, dict) else ""


COUNTER = itertools.count()

TRANSIENT_CODES = ("Throttling", "DeniedRequest", "SignatureNonceUsed", "InvalidTimeStamp.Expired", "SearchTimeout")

#: Conforming clients: how they differ from the plainest one, the scenarios that show it, and tolerated findings.
RIGHT = {
    "plainest": ({}, REQUESTS, ()),
    "spaces as plus": ({"plus": True}, REQUESTS, ()),
    "in the order of the call": ({"sort": False}, REQUESTS, ()),
    "V2": ({"scheme": "v2"}, REQUESTS, ()),
    "V2 of an old SDK": (
        {
            "scheme": "v2",
            "plus": True,
            "query": (("Format", "json"), ("RegionId", "cn"), ("SignatureType", "")),
            "headers": (("x-acs-action", "SearchImageByName"), ("x-acs-version", "2020-12-14")),
        },
        REQUESTS,
        (),
    ),
    "V2 in the form": ({"scheme": "v2-form", "content_type": f"{FORM}; charset=UTF-8"}, REQUESTS, ()),
    "V3 with more than it needs": (
        {
            "query": (("Format", "JSON"), ("RegionId", "cn-shanghai")),
            "sign_headers": True,
            "headers": (
                ("accept", "application/json"),
                ("user-agent", "a/1 (b; c)"),
                ("x-acs-credentials-provider", "x"),
            ),
        },
        REQUESTS,
        (),
    ),
    "signed headers in UTF-8": (
        {"sign_headers": True, "headers": (("user-agent", "caf\u00e9 \u56fe"),), "send": send_utf8_headers},
        REQUESTS,
        (),
    ),
    "charset": ({"content_type": f"{FORM.title()};charset=utf-8"}, REQUESTS, ()),
    "headers in capitals": ({"header_case": str.upper}, REQUESTS, ()),
    "no path": ({"path": ""}, REQUESTS, ()),
    "nonces that count": ({"nonce": lambda: f"{{{next(COUNTER)}}}"}, REQUESTS, ()),
    "a clock ahead": ({"skew": 800.0}, REQUESTS, ()),
    "a clock behind": ({"skew": -800.0}, REQUESTS, ()),
    "booleans of Python": ({"format_value": str}, REQUESTS, ()),
    "an empty query": ({"send": partial(send_plain, request_target=lambda url: split_url(url)[1] + "?")}, REQUESTS, ()),
    "the whole address": ({"send": partial(send_plain, request_target=str)}, REQUESTS, ("operation.path",)),
    "HTTP/1.0": ({"send": partial(send_plain, connection_class=Http10Connection)}, TRANSFER, ()),
    "chunks": ({"send": send_chunked}, TRANSFER, ()),
    "an upgrade": ({"send": send_with_upgrade}, TRANSFER, ()),
    "gzip": ({"headers": (("accept-encoding", "br;q=0, gzip;q=0.5"),)}, TRANSFER, ()),
    "no gzip": ({"headers": (("accept-encoding", "identity, gzip; q=0"),)}, TRANSFER, ()),
    "a kept connection": ({"send": KeepAliveSender}, TRANSFER, ("authentication.replay",)),
    "requests": ({"send": partial(send_by_requests, allow_redirects=False)}, TRANSFER, ()),
    "requests, redirected": ({"send": send_by_requests}, TRANSFER, ()),
    "floats for integers": (
        {"change_result": partial(map_scalars, lambda value: float(value) if type(value) is int else value)},
        RESULTS,
        ("decoding.endless: rounded",),
    ),
    "integers of 32 bits": (
        {
            "parse_body": lambda body: json.loads(
                body, parse_int=lambda text: int(text) if len(text) < 12 else int("no")
            )
        },
        RESULTS,
        (),
    ),
    "numbers of 32 bits": (
        {"change_result": partial(map_scalars, round_to_float32)},
        RESULTS,
        ("response.auctions.score.kept", "decoding.score"),
    ),
    "names in another order": ({"change_result": lambda body: dict(reversed(body.items()))}, RESULTS, ()),
    "no nulls": ({"change_result": partial(without, lambda value: value is None)}, RESULTS, ()),
    "nothing empty": (
        {"change_result": partial(without, lambda value: value in (None, []))},
        RESULTS,
        ("response.auctions.kept",),
    ),
    "a model": ({"change_result": to_model}, RESULTS, ()),
    "a model with defaults": (
        {"change_result": partial(to_model, Auctions=[], PicInfo={"Region": None, "MultiRegion": []})},
        RESULTS,
        ("decoding.absent",),
    ),
    "takes the page at its word": (
        {"change_result": require_documented_fields},
        RESULTS,
        ("decoding.minimal", "decoding.empty", "decoding.null"),
    ),
    "a mark taken away": ({"parse_body": lambda body: json.loads(body.decode("utf-8-sig"))}, RESULTS, ()),
    "the body alone": ({"build_result": lambda _, body: body}, RESULTS, ("outcome.success",)),
    "senseless for the API's": ({"build_failure": ApiError}, RESULTS, ()),
    "more in messages": (
        {
            "build_error": lambda status, body: ApiError(
                status, body["Code"], f"code: {status}, {body['Message']}", body["RequestId"]
            )
        },
        ("error.gateway/*",),
        ("error.gateway",),
    ),
    "tries again": (
        {"should_retry": lambda status, body: status >= 500 or get_code(body).startswith(TRANSIENT_CODES)},
        RETRIES,
        (),
    ),
    "validates": ({"check_arguments": check_rules}, ARGUMENTS, ()),
    "typed": ({"check_arguments": check_types}, ARGUMENTS, ()),
}

#: A SHOULD that clients with one type of numbers violate.
ROUNDED = "decoding.endless: rounded"
