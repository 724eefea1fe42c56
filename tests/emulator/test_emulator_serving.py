"""The emulator on a socket, and the target and profile that describe it."""

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

from .emulator_client import EXAMPLE, ClientFactory, EmulatorClient


@pytest.fixture
def served_client(create_client: ClientFactory) -> Iterator[tuple[EmulatorClient, str]]:
    client = create_client(signature="optional")
    with serve(client.emulator) as endpoint:
        yield client, endpoint


def post(endpoint: str, request: WireRequest, **headers: str) -> requests.Response:
    return requests.post(
        endpoint + request.target, data=request.body, headers={**dict(request.headers), **headers}, timeout=5
    )


def test_the_server_sends_the_response_of_the_emulator(served_client: tuple[EmulatorClient, str]) -> None:
    client, endpoint = served_client
    response = post(endpoint, client.build_request(ProductId="产品", PicName="图片 1.jpg"))
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json;charset=utf-8"
    assert response.json()["Auctions"][0]["PicName"] == "图片 1.jpg"


def test_a_request_signed_now_is_verified_byte_by_byte(create_client: ClientFactory) -> None:
    client = create_client()
    client.now = datetime.now(UTC).replace(microsecond=0)
    with serve(client.emulator) as endpoint:
        host = urlsplit(endpoint).netloc
        unsigned = client.build_request(Filter='str_attr!="a+b c%/?"').with_headers(("host", host))
        assert post(endpoint, client.sign(unsigned)).status_code == 200
        assert post(endpoint, client.sign_v2(unsigned.with_query("Note=%E5%9B%BE+~%2A"))).status_code == 200
        assert post(endpoint, unsigned).json()["Code"] == "MissingAccessKeyId"


def test_connections_are_kept_alive(served_client: tuple[EmulatorClient, str]) -> None:
    client, endpoint = served_client
    address = urlsplit(endpoint)
    body = client.build_request(Num="1").body
    head = f"POST / HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {client.contract.protocol.media_type}\r\n"
    head += f"x-acs-action: SearchImageByName\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        for _ in range(3):
            connection.sendall(head.encode() + body)
            received = b""
            while not received.endswith(b"}"):
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_get_an_error_body(served_client: tuple[EmulatorClient, str], method: str) -> None:
    response = requests.request(method, f"{served_client[1]}/any/path?Num=1", timeout=5)
    assert (response.status_code, response.json()["Code"]) == (400, "UnsupportedHTTPMethod")


def test_a_body_that_is_too_long_gets_an_error_body(served_client: tuple[EmulatorClient, str]) -> None:
    response = requests.post(served_client[1], data=b"x" * (MAX_BODY_BYTES + 1), timeout=5)
    assert (response.status_code, response.json()["Code"]) == (400, "BadRequest")
    assert requests.post(served_client[1], data=b"x" * MAX_BODY_BYTES, timeout=5).json()["RequestId"]


def test_responses_are_compressed_only_if_the_client_accepts_it(create_client: ClientFactory) -> None:
    client = create_client(signature="optional", behaviour=VARIATIONS["compressed"])
    with serve(client.emulator) as endpoint:
        compressed = post(endpoint, client.build_request(), **{"Accept-Encoding": "gzip"})
        plain = post(endpoint, client.build_request(), **{"Accept-Encoding": "identity"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert compressed.json()["Auctions"] == plain.json()["Auctions"]


def test_chunked_responses(create_client: ClientFactory) -> None:
    client = create_client(signature="optional", behaviour=VARIATIONS["chunked"])
    with serve(client.emulator) as endpoint:
        response = post(endpoint, client.build_request())
    assert response.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in response.headers
    assert len(response.json()["Auctions"]) == 10


def test_an_address_in_use_is_invalid_input(create_client: ClientFactory) -> None:
    emulator = create_client().emulator
    with open_server_socket() as (_, endpoint):
        server = serve(emulator, port=urlsplit(endpoint).port or 0)
        with pytest.raises(InvalidInput, match="address"), server:
            pass


def test_servers_start_and_stop_many_times(create_client: ClientFactory) -> None:
    emulator = create_client(signature="optional").emulator
    for _ in range(3):
        with serve(emulator):
            pass


def test_the_target_names_images_that_exist(contract: Contract, store: Store) -> None:
    target = build_target(contract, "http://localhost:1", EmulatorSettings())
    assert [instance.type for instance in target.instances] == [
        InstanceType.PRODUCT,
        InstanceType.GENERIC,
        InstanceType.PRODUCT,
    ]
    assert (target.instance.images[0].product_id, target.instance.images[0].pic_name) == tuple(EXAMPLE.values())[1:]
    for instance in target.instances:
        assert instance.images
        assert all(store.image(instance.name, image.product_id, image.pic_name) for image in instance.images)
    assert target.capabilities.authentication
    assert target.capabilities.throttling_qps == 100
    assert target.qps is not None
    assert target.qps < 100


def test_authentication_is_not_claimed_if_signatures_are_optional(contract: Contract) -> None:
    target = build_target(contract, "http://localhost:1", EmulatorSettings(signature="optional", qps=None))
    assert not target.capabilities.authentication
    assert target.capabilities.throttling_qps is None
    assert target.signature is SignatureScheme.V3


def test_the_profile_contains_the_whole_target(contract: Contract) -> None:
    target = build_target(contract, "http://localhost:1", EmulatorSettings())
    profile = tomllib.loads(format_profile(target))
    assert profile["target"]["endpoint"] == "http://localhost:1"
    images = [(image["product_id"], image["pic_name"]) for image in profile["target"]["images"]]
    assert images == [(image.product_id, image.pic_name) for image in target.instance.images]
    assert profile["credentials"]["unauthorized"]["access_key_id"] == "emulator-unauthorized-key"
    assert [instance["instance_type"] for instance in profile["instances"]] == ["generic", "product"]
    assert profile["capabilities"]["fault_header"] == "X-Conformance-Fault"
