"""Clients beside those that are right are accused of what they do."""

import uuid
from functools import partial
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from .catalogue import COUNT
from .scenarios import ASKED, HANDED, SENT, TRANSFER, TRIED
from .values import mapped, modelled, validated, without
from .wires import packed, raw, renamed


def once(client):
    """Always the same nonce."""
    nonce = uuid.uuid4().hex
    return evolve(client, nonce=lambda: nonce)


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


def test_the_signature_covers_the_form_of_v2(gated, contract, plain):
    """Nothing above holds because nothing is looked at."""

    def changed(url, headers, body):
        assert dict(parse_qsl(body.decode()))["Action"]
        return raw(url, headers, body + b"&RegionId=cn-beijing")

    told = gated(contract, evolve(plain, scheme="v2-form", send=changed), ("request.minimal/first",))
    assert set(told.accused) == {"authentication.signature"}
