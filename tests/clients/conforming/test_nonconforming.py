"""Clients that are almost like conforming ones violate the requirement of their defect."""

import uuid
from functools import partial
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from .catalogue import COUNTER
from .scenarios import ARGUMENTS, REQUESTS, RESULTS, RETRIES, TRANSFER
from .senders import send_and_keep_compressed, send_other_operation, send_plain
from .values import check_rules, map_scalars, to_model, without


def with_constant_nonce(client):
    nonce = uuid.uuid4().hex
    return evolve(client, nonce=lambda: nonce)


#: Clients with one defect: their change, the scenarios that show it, and the requirement violated.
WRONG = {
    "another operation in the form": (
        {"scheme": "v2-form", "send": send_other_operation},
        REQUESTS,
        "operation.action",
    ),
    "another path": ({"path": "/api"}, REQUESTS, "operation.path"),
    "no path before the query": (
        {"send": partial(send_plain, request_target=lambda url: url[url.index("?") :]), "scheme": "v2"},
        REQUESTS,
        "operation.path",
    ),
    "another address": ({"send": partial(send_plain, request_target=str), "path": "/api"}, REQUESTS, "operation.path"),
    "a nonce for all": (with_constant_nonce, REQUESTS, "authentication.replay"),
    "a nonce for two": ({"nonce": lambda: f"{next(COUNTER) // 2}-of-two"}, RETRIES, "authentication.replay"),
    "gzip left as it is": (
        {"headers": (("accept-encoding", "gzip"),), "send": send_and_keep_compressed},
        TRANSFER,
        "decoding.gzip",
    ),
    "rounded": (
        {"change_result": partial(map_scalars, lambda value: round(value, 5) if isinstance(value, float) else value)},
        RESULTS,
        "decoding.score",
    ),
    "entries lost": (
        {"change_result": partial(without, lambda value: isinstance(value, list))},
        RESULTS,
        "response.auctions.kept",
    ),
    "a category made up": ({"change_result": partial(to_model, PicInfo={"CategoryId": 0})}, RESULTS, "decoding.absent"),
    "stumbles over an empty list": (
        {"change_result": lambda body: body if body["Auctions"] else 1 / 0},
        RESULTS,
        "decoding.empty",
    ),
    "stumbles over what is optional": (
        {"change_result": lambda body: body["Auctions"][0]["IntAttr"] and body},
        RESULTS,
        "decoding.absent",
    ),
    "another status": ({"build_result": lambda _, body: (201, body)}, RESULTS, "outcome.success"),
    "tries refusals again": ({"should_retry": lambda status, _: status == 400}, RETRIES, "retry.refusal"),
    "refuses the edge": (
        {"check_arguments": lambda arguments: arguments.get("Num") != 100 or check_rules({})},
        ARGUMENTS,
        "num.maximum",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_client_with_a_defect_violates_its_requirement(run_client, contract, plain_client, name):
    changes, scenarios, requirement = WRONG[name]
    client = changes(plain_client) if callable(changes) else evolve(plain_client, **changes)
    assert requirement in run_client(contract, client, scenarios).documented


def test_the_signature_of_v2_covers_the_form(run_client, contract, plain_client):
    def send_changed(url, headers, body):
        assert dict(parse_qsl(body.decode()))["Action"]
        return send_plain(url, headers, body + b"&RegionId=cn-beijing")

    result = run_client(contract, evolve(plain_client, scheme="v2-form", send=send_changed), ("request.minimal/first",))
    assert set(result.documented) == {"authentication.signature"}
