"""Clients that are right, each in a way of its own."""

import itertools
import json
from functools import partial

from imagesearch_conformance.clients.driver import ApiError

from .conftest import FORM
from .scenarios import ASKED, HANDED, SENT, TRANSFER, TRIED
from .values import mapped, modelled, narrow, strict, typed, validated, without
from .wires import Keeping, Old, by_requests, in_chunks, in_utf8, raw, target_of, upgrading


def code_of(body):
    return str(body.get("Code")) if isinstance(body, dict) else ""


COUNT = itertools.count()

MAY_PASS = ("Throttling", "DeniedRequest", "SignatureNonceUsed", "InvalidTimeStamp.Expired", "SearchTimeout")

#: Clients that are right: what they do in another way than the plainest, what shows it, what is only tolerated.
RIGHT = {
    "plainest": ({}, SENT, ()),
    "spaces as plus": ({"plus": True}, SENT, ()),
    "in the order of the call": ({"sort": False}, SENT, ()),
    "V2": ({"scheme": "v2"}, SENT, ()),
    "V2 of an old SDK": (
        {"scheme": "v2", "plus": True, "common": (("Format", "json"), ("RegionId", "cn"), ("SignatureType", "")),
         "also": (("x-acs-action", "SearchImageByName"), ("x-acs-version", "2020-12-14"))}, SENT, ()),
    "V2 in the form": ({"scheme": "v2-form", "content_type": f"{FORM}; charset=UTF-8"}, SENT, ()),
    "V3 with more than it needs": (
        {"common": (("Format", "JSON"), ("RegionId", "cn-shanghai")), "signed": True,
         "also": (("accept", "application/json"), ("user-agent", "a/1 (b; c)"), ("x-acs-credentials-provider", "x"))},
        SENT, ()),
    "signed headers in UTF-8": (
        {"signed": True, "also": (("user-agent", "caf\u00e9 \u56fe"),), "send": in_utf8}, SENT, ()),
    "charset": ({"content_type": f"{FORM.title()};charset=utf-8"}, SENT, ()),
    "headers in capitals": ({"case": str.upper}, SENT, ()),
    "no path": ({"path": ""}, SENT, ()),
    "nonces that count": ({"nonce": lambda: f"{{{next(COUNT)}}}"}, SENT, ()),
    "a clock ahead": ({"skew": 800.0}, SENT, ()),
    "a clock behind": ({"skew": -800.0}, SENT, ()),
    "booleans of Python": ({"written": str}, SENT, ()),
    "an empty query": ({"send": partial(raw, line=lambda url: target_of(url)[1] + "?")}, SENT, ()),
    "the whole address": ({"send": partial(raw, line=str)}, SENT, ("operation.path",)),
    "HTTP/1.0": ({"send": partial(raw, kind=Old)}, TRANSFER, ()),
    "chunks": ({"send": in_chunks}, TRANSFER, ()),
    "an upgrade": ({"send": upgrading}, TRANSFER, ()),
    "gzip": ({"also": (("accept-encoding", "br;q=0, gzip;q=0.5"),)}, TRANSFER, ()),
    "no gzip": ({"also": (("accept-encoding", "identity, gzip; q=0"),)}, TRANSFER, ()),
    "a kept connection": ({"send": Keeping}, TRANSFER, ("authentication.replay",)),
    "requests": ({"send": partial(by_requests, allow_redirects=False)}, TRANSFER, ()),
    "requests, redirected": ({"send": by_requests}, TRANSFER, ()),
    "floats for integers": ({"shape": partial(mapped, lambda one: float(one) if type(one) is int else one)}, HANDED,
                            ("decoding.endless: rounded",)),
    "integers of 32 bits": ({"decode": lambda body: json.loads(body, parse_int=lambda text: int(text)
                             if len(text) < 12 else int("no"))}, HANDED, ()),
    "numbers of 32 bits": ({"shape": partial(mapped, narrow)}, HANDED,
                           ("response.auctions.score.kept", "decoding.score")),
    "names in another order": ({"shape": lambda body: dict(reversed(body.items()))}, HANDED, ()),
    "no nulls": ({"shape": partial(without, lambda one: one is None)}, HANDED, ()),
    "nothing empty": ({"shape": partial(without, lambda one: one in (None, []))}, HANDED, ("response.auctions.kept",)),
    "a model": ({"shape": modelled}, HANDED, ()),
    "a model with defaults": ({"shape": partial(modelled, Auctions=[], PicInfo={"Region": None, "MultiRegion": []})},
                              HANDED, ("decoding.absent",)),
    "takes the page at its word": ({"shape": strict}, HANDED,
                                   ("decoding.minimal", "decoding.empty", "decoding.null")),
    "a mark taken away": ({"decode": lambda body: json.loads(body.decode("utf-8-sig"))}, HANDED, ()),
    "the body alone": ({"hand": lambda _, body: body}, HANDED, ("outcome.success",)),
    "senseless for the API's": ({"senseless": ApiError}, HANDED, ()),
    "more in messages": (
        {"told": lambda status, body: ApiError(
            status, body["Code"], f"code: {status}, {body['Message']}", body["RequestId"])},
        ("error.gateway/*",), ("error.gateway",)),
    "tries again": ({"again": lambda status, body: status >= 500 or code_of(body).startswith(MAY_PASS)}, TRIED, ()),
    "validates": ({"check": validated}, ASKED, ()),
    "typed": ({"check": typed}, ASKED, ()),
}  # fmt: skip

#: A SHOULD that nobody keeps who has one type of numbers.
ROUNDED = "decoding.endless: rounded"
