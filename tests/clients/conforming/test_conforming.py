"""Clients that are right, each in a way of its own, are accused of nothing; those beside them are."""

import http.client
import itertools
import json
import struct
import uuid
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from attrs import evolve

from imagesearch_conformance.clients.callables import ApiError, ArgumentsRefused

FORM = "application/x-www-form-urlencoded"

#: What shows most of a part of a client, in few scenarios.
SENT = ("request.*", "wire.*", "filter.format/*", "error.gateway/Missing*")
LATER = ("scorethreshold.*", "distinctproductid.*")
TRANSFER = ("request.*", "decoding.chunked*", "decoding.gzip*", "redirect.*", "network.dropped*", "malformed.*")
HANDED = ("request.minimal*", "decoding.*", "outcome.*", "malformed.*")
TRIED = ("request.minimal*", "error.gateway/[ISTU]*", "error.[DN]*")
ASKED = ("request.*", "*.type", "*.enum", "*.minimum", "*.maximum", "*.maxlength", "*.minlength", "*.required")


def target_of(url):
    parts = urlsplit(url)
    return parts.netloc, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def read(connection):
    reply = connection.getresponse()
    return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()


class Old(http.client.HTTPConnection):
    _http_vsn, _http_vsn_str = 10, "HTTP/1.0"


def raw(url, headers, body, *, kind=http.client.HTTPConnection, line=lambda url: target_of(url)[1]):
    """One request on one connection."""
    connection = kind(target_of(url)[0], timeout=3)
    try:
        connection.request("POST", line(url), body, headers, encode_chunked=True)
        return read(connection)
    finally:
        connection.close()


def in_utf8(url, headers, body):
    """Headers in UTF-8, where `http.client` has a byte for a character."""
    return raw(url, {name: value.encode().decode("latin-1") for name, value in headers.items()}, body)


def in_chunks(url, headers, body):
    """A body of unknown length."""
    return raw(url, {**headers, "transfer-encoding": "chunked"}, iter([body[:7], body[7:]]))


def upgrading(url, headers, body):
    """Offers HTTP/2 as HttpClient of Java does, and waits to be told to go on as others do."""
    more = {"connection": "Upgrade, HTTP2-Settings", "upgrade": "h2c", "http2-settings": "AAEAAEAAAAIAAAAA"}
    return raw(url, {**headers, **more, "expect": "100-continue"}, body)


class Keeping:
    """Keeps its connection, and sends a request again that found it closed, as libcurl and Java do."""

    def __init__(self):
        self.kept = None

    def __del__(self):
        if self.kept is not None:
            self.kept.close()

    def __call__(self, url, headers, body):
        kept, self.kept = self.kept, None
        if kept is not None:
            try:
                return self._sent(kept, url, headers, body)
            except (http.client.RemoteDisconnected, ConnectionResetError):
                pass
        return self._sent(http.client.HTTPConnection(target_of(url)[0], timeout=3), url, headers, body)

    def _sent(self, connection, url, headers, body):
        try:
            connection.request("POST", target_of(url)[1], body, headers)
            found = read(connection)
        except (OSError, http.client.HTTPException):
            connection.close()
            raise
        self.kept = connection
        return found


def by_requests(url, headers, body, **given):
    """By `requests`, which undoes the coding itself."""
    with requests.Session() as session:
        session.trust_env = False
        reply = session.post(url, data=body, headers=headers, timeout=3, **given)
        named = {name.lower(): value for name, value in reply.headers.items() if name != "Content-Encoding"}
        return reply.status_code, named, reply.content


def mapped(change, value):
    """A JSON value with every value in it that is no list or object changed."""
    if isinstance(value, dict):
        return {name: mapped(change, one) for name, one in value.items()}
    return [mapped(change, one) for one in value] if isinstance(value, list) else change(value)


def without(dropped, value):
    """A JSON value without the fields whose value is to be dropped."""
    if isinstance(value, dict):
        return {name: without(dropped, one) for name, one in value.items() if not dropped(one)}
    return [without(dropped, one) for one in value] if isinstance(value, list) else value


def narrow(value):
    """A number as languages print it that keep it in 32 bits."""
    return float(f"{struct.unpack('f', struct.pack('f', value))[0]:.9g}") if isinstance(value, float) else value


def modelled(body, **made_up):
    """A model with an attribute for each field of the page: None where the reply has none."""
    names = ("Msg", "Head", "RequestId", "Auctions", "Code", "PicInfo", "Success")
    return {name: body[name] if body.get(name) is not None else made_up.get(name) for name in names}


def strict(body):
    """Reads what the page shows, and nothing less: only what a note or the sample lets be missing may be."""
    if not isinstance(body, dict) or "Code" not in body or isinstance(body["Code"], str):
        return body
    for owner, names in (
        (body, "Msg Head RequestId Auctions Code PicInfo Success"),
        (body["Head"], "DocsFound DocsReturn SearchTime"),
        (body["PicInfo"], "CategoryId Region AllCategories MultiRegion"),
        *((entry, "ProductId PicName CategoryId SortExprValues Score") for entry in body["Auctions"]),
    ):
        if not set(names.split()) <= owner.keys() or None in owner.values():
            raise KeyError(names)
    return body


def validated(parameters):
    """Refuses what the page forbids, and nothing else that scenarios ask."""
    bounds = {"Num": (1, 100), "Start": (0, 499)}
    categories = {*range(10), 20, 21, 22, 88888888}
    right = [
        all(parameters.get(name) for name in ("InstanceName", "ProductId", "PicName")),
        len(parameters.get("InstanceName", "")) <= 20,
        *(type(parameters.get(name, low)) is int and low <= parameters.get(name, low) <= high
          for name, (low, high) in bounds.items()),
        parameters.get("CategoryId", 0) in categories,
    ]  # fmt: skip
    if not all(right) or parameters.get("Start", 0) + parameters.get("Num", 10) > 500:
        raise ArgumentsRefused("not allowed")


def typed(parameters):
    """Takes integers of 32 bits and booleans where the page has them, and no text for them."""
    for name, kind in (("Num", int), ("Start", int), ("CategoryId", int), ("DistinctProductId", bool)):
        value = parameters.get(name, kind())
        if type(value) is not kind or not -(2**31) <= value < 2**31:
            raise ArgumentsRefused(name)


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


def client_of(plain, changes):
    made = {name: value() if value is Keeping else value for name, value in changes.items()}
    return evolve(plain, **made)


def check_right(told, tolerated):
    warned = {"decoding.endless"} if ROUNDED in tolerated else set()
    assert set(told.accused) == warned
    assert set(told.tolerated) == set(tolerated) - {ROUNDED}
    assert "errored" not in told.outcomes.values()
    assert told.verdict == "conformant"


#: Every third one in every run, the others where there is more time.
SOME = [pytest.param(name, marks=pytest.mark.long if at % 3 else ()) for at, name in enumerate(RIGHT)]


@pytest.mark.parametrize("name", SOME)
def test_a_client_that_is_right_is_not_accused(gated, contract, plain, name):
    changes, shown, tolerated = RIGHT[name]
    check_right(gated(contract, client_of(plain, changes), shown), tolerated)


@pytest.mark.parametrize(
    "name", ["plainest", "V2 in the form", "V3 with more than it needs", "booleans of Python", "typed"]
)
def test_nor_is_one_of_the_later_revision(gated, later, plain, name):
    changes, shown, tolerated = RIGHT[name]
    check_right(gated(later, client_of(plain, changes), shown + LATER), tolerated)


@pytest.mark.long
@pytest.mark.parametrize("revision", ["contract", "later"])
@pytest.mark.parametrize("name", RIGHT)
def test_nor_is_any_in_a_whole_run(gated, request, plain, name, revision):
    changes, _, tolerated = RIGHT[name]
    told = gated(request.getfixturevalue(revision), client_of(plain, changes))
    more = (
        {"error.unknown", *(one for one in told.tolerated if one.endswith(".message"))} if "messages" in name else set()
    )
    check_right(told, {*tolerated, *more})


def renamed(url, headers, body):
    return raw(url, headers, body.replace(b"SearchImageByName", b"SearchImageByPic"))


def once(client):
    """Always the same nonce."""
    nonce = uuid.uuid4().hex
    return evolve(client, nonce=lambda: nonce)


def packed(url, headers, body):
    status, named, content = raw(url, headers, body)
    return status, {name: value for name, value in named.items() if name != "content-encoding"}, content


#: Clients beside them: what they do wrong, what shows it, what they are accused of.
WRONG = {
    "another operation in the form": ({"scheme": "v2-form", "send": renamed}, SENT, "operation.action"),
    "another path": ({"path": "/api"}, SENT, "operation.path"),
    "no path before the query": (
        {"send": partial(raw, line=lambda url: url[url.index("?"):]), "scheme": "v2"}, SENT, "operation.path"),
    "another address": ({"send": partial(raw, line=str), "path": "/api"}, SENT,
                        "operation.path"),
    "a nonce for all": (once, SENT, "authentication.replay"),
    "a nonce for two": ({"nonce": lambda: f"{next(COUNT) // 2}-of-two"}, TRIED, "authentication.replay"),
    "gzip left as it is": ({"also": (("accept-encoding", "gzip"),), "send": packed}, TRANSFER, "decoding.gzip"),
    "rounded": ({"shape": partial(mapped, lambda one: round(one, 5) if isinstance(one, float) else one)}, HANDED,
                "decoding.score"),
    "entries lost": ({"shape": partial(without, lambda one: isinstance(one, list))}, HANDED, "response.auctions.kept"),
    "a category made up": ({"shape": partial(modelled, PicInfo={"CategoryId": 0})}, HANDED, "decoding.absent"),
    "stumbles over an empty list": ({"shape": lambda body: body if body["Auctions"] else 1 / 0}, HANDED,
                                    "decoding.empty"),
    "stumbles over what is optional": ({"shape": lambda body: body["Auctions"][0]["IntAttr"] and body}, HANDED,
                                       "decoding.absent"),
    "another status": ({"hand": lambda _, body: (201, body)}, HANDED, "outcome.success"),
    "tries refusals again": ({"again": lambda status, _: status == 400}, TRIED, "retry.refusal"),
    "refuses the edge": ({"check": lambda asked: asked.get("Num") != 100 or validated({})}, ASKED, "num.maximum"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_client_beside_them_is_accused(gated, contract, plain, name):
    changes, shown, requirement = WRONG[name]
    client = changes(plain) if callable(changes) else evolve(plain, **changes)
    assert requirement in gated(contract, client, shown).accused


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({}, "decoding.gzip/whole"),
        ({"also": (("accept-encoding", "gzip;q=0"),)}, "decoding.gzip/whole"),
        ({"send": partial(raw, kind=Old)}, "decoding.chunked/small"),
    ],
)
def test_what_a_client_did_not_ask_for_is_not_judged(gated, contract, plain, changes, case):
    told = gated(contract, evolve(plain, **changes), (case,))
    assert told.outcomes == {case: "notApplicable"}


def test_the_signature_covers_the_form_of_v2(gated, contract, plain):
    """Nothing above holds because nothing is looked at."""

    def changed(url, headers, body):
        assert dict(parse_qsl(body.decode()))["Action"]
        return raw(url, headers, body + b"&RegionId=cn-beijing")

    told = gated(contract, evolve(plain, scheme="v2-form", send=changed), ("request.minimal/first",))
    assert set(told.accused) == {"authentication.signature"}
