"""The emulator over real HTTP, and how it describes itself."""

from __future__ import annotations

import socket
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from imagesearch_conformance.contract import Contract
from imagesearch_conformance.emulator import VARIATIONS, EmulatorSettings
from imagesearch_conformance.emulator.application import MAX_BODY_BYTES
from imagesearch_conformance.emulator.server import open_server_socket, serve
from imagesearch_conformance.emulator.store import Store
from imagesearch_conformance.emulator.target import build_target, format_profile
from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import InstanceType, SignatureScheme
from imagesearch_conformance.model.wire import WireRequest

from .emulator_conversation import EXAMPLE, Conversation, Opening


@pytest.fixture
def live(opening: Opening) -> Iterator[tuple[Conversation, str]]:
    talk = opening(signature="optional")
    with serve(talk.emulator) as endpoint:
        yield talk, endpoint


def post(endpoint: str, request: WireRequest, **headers: str) -> requests.Response:
    return requests.post(
        endpoint + request.target, data=request.body, headers={**dict(request.headers), **headers}, timeout=5
    )


def test_a_reply_over_http_is_the_reply_of_the_core(live: tuple[Conversation, str]) -> None:
    talk, endpoint = live
    response = post(endpoint, talk.unsigned(ProductId="产品", PicName="图片 1.jpg"))
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=utf-8"
    assert response.json()["Auctions"][0]["PicName"] == "图片 1.jpg"


def test_a_request_signed_now_is_verified_byte_by_byte(opening: Opening) -> None:
    talk = opening()
    talk.now = datetime.now(UTC).replace(microsecond=0)
    with serve(talk.emulator) as endpoint:
        host = urlsplit(endpoint).netloc
        unsigned = talk.unsigned(Filter='str_attr!="a+b c%/?"').with_headers(("host", host))
        assert post(endpoint, talk.signed(unsigned)).status_code == 200
        assert post(endpoint, talk.signed_v2(unsigned.with_query("Note=%E5%9B%BE+~%2A"))).status_code == 200
        assert post(endpoint, unsigned).json()["Code"] == "MissingAccessKeyId"


def test_connections_are_kept(live: tuple[Conversation, str]) -> None:
    talk, endpoint = live
    address = urlsplit(endpoint)
    body = talk.unsigned(Num="1").body
    head = f"POST / HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {talk.contract.protocol.media_type}\r\n"
    head += f"x-acs-action: SearchImageByName\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        for _ in range(3):
            connection.sendall(head.encode() + body)
            received = b""
            while not received.endswith(b"}"):
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_get_the_envelope(live: tuple[Conversation, str], method: str) -> None:
    response = requests.request(method, f"{live[1]}/any/path?Num=1", timeout=5)
    assert (response.status_code, response.json()["Code"]) == (400, "UnsupportedHTTPMethod")


def test_a_body_that_is_too_long_gets_the_envelope(live: tuple[Conversation, str]) -> None:
    response = requests.post(live[1], data=b"x" * (MAX_BODY_BYTES + 1), timeout=5)
    assert (response.status_code, response.json()["Code"]) == (400, "BadRequest")
    assert requests.post(live[1], data=b"x" * MAX_BODY_BYTES, timeout=5).json()["RequestId"]


def test_compressed_replies_only_for_those_who_ask(opening: Opening) -> None:
    talk = opening(signature="optional", behaviour=VARIATIONS["compressed"])
    with serve(talk.emulator) as endpoint:
        zipped = post(endpoint, talk.unsigned(), **{"Accept-Encoding": "gzip"})
        plain = post(endpoint, talk.unsigned(), **{"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.json()["Auctions"] == plain.json()["Auctions"]


def test_chunked_replies(opening: Opening) -> None:
    talk = opening(signature="optional", behaviour=VARIATIONS["chunked"])
    with serve(talk.emulator) as endpoint:
        response = post(endpoint, talk.unsigned())
    assert response.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in response.headers
    assert len(response.json()["Auctions"]) == 10


def test_an_address_in_use_is_bad_input(opening: Opening) -> None:
    emulator = opening().emulator
    with open_server_socket() as (_, endpoint):
        taken = serve(emulator, port=urlsplit(endpoint).port or 0)
        with pytest.raises(InvalidInput, match="address"), taken:
            pass


def test_servers_start_and_stop_many_times(opening: Opening) -> None:
    emulator = opening(signature="optional").emulator
    for _ in range(3):
        with serve(emulator):
            pass


def test_the_target_names_images_that_exist(contract: Contract, store: Store) -> None:
    described = build_target(contract, "http://localhost:1", EmulatorSettings())
    assert [one.type for one in described.instances] == [
        InstanceType.PRODUCT,
        InstanceType.GENERIC,
        InstanceType.PRODUCT,
    ]
    assert (described.instance.images[0].product_id, described.instance.images[0].pic_name) == tuple(EXAMPLE.values())[
        1:
    ]
    for instance in described.instances:
        assert instance.images
        assert all(store.image(instance.name, image.product_id, image.pic_name) for image in instance.images)
    assert described.capabilities.authentication
    assert described.capabilities.throttling_qps == 100
    assert described.qps is not None
    assert described.qps < 100


def test_without_a_signature_required_authentication_is_not_claimed(contract: Contract) -> None:
    described = build_target(contract, "http://localhost:1", EmulatorSettings(signature="optional", qps=None))
    assert not described.capabilities.authentication
    assert described.capabilities.throttling_qps is None
    assert described.signature is SignatureScheme.V3


def test_the_profile_says_all_of_the_target(contract: Contract) -> None:
    described = build_target(contract, "http://localhost:1", EmulatorSettings())
    profile = tomllib.loads(format_profile(described))
    assert profile["target"]["endpoint"] == "http://localhost:1"
    images = [(one["product_id"], one["pic_name"]) for one in profile["target"]["images"]]
    assert images == [(one.product_id, one.pic_name) for one in described.instance.images]
    assert profile["credentials"]["unauthorized"]["access_key_id"] == "emulator-unauthorized-key"
    assert [one["instance_type"] for one in profile["instances"]] == ["generic", "product"]
    assert profile["capabilities"]["fault_header"] == "X-Conformance-Fault"
