"""Signature V3 against the official examples, a capture of the official SDK, and one of our own."""

from __future__ import annotations

import hashlib

import pytest
from attrs import evolve

from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v3
from imagesearch_conformance.signing.parse import SignatureParts, parse_signature
from imagesearch_conformance.signing.verify import string_to_sign, unsigned_headers, verify_signature

KEY = Credentials("YourAccessKeyId", "YourAccessKeySecret")
DATE = "2023-10-26T10:22:32Z"
NONCE = "3156853299f313e23d1673dc12e1703d"

RUN_INSTANCES = WireRequest(
    "POST",
    "/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai",
    (
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-version", "2014-05-26"),
    ),
)
SEARCH = WireRequest(
    "POST",
    "/",
    (
        ("host", "imagesearch.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "SearchImageByName"),
        ("x-acs-version", "2020-12-14"),
        ("content-type", "application/x-www-form-urlencoded"),
    ),
    b"Filter=int_attr%3E%3D100+AND+str_attr%21%3D%22value+1%22&InstanceName=demoinstance1"
    b"&PicName=%E5%9B%BE%E7%89%87+1.jpg&ProductId=2092061_1",
)

OFFICIAL_CANONICAL = """\
POST
/
ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai
host:ecs.cn-shanghai.aliyuncs.com
x-acs-action:RunInstances
x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-acs-date:2023-10-26T10:22:32Z
x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d
x-acs-version:2014-05-26

host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"""

SDK_AUTHORIZATION = (
    "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=accept;content-type;host;user-agent;x-acs-action;"
    "x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;x-acs-version,"
    "Signature=0f1804eddd4958804b285c5c6b5b5339e9d07eae0eef09640aa2efe746ec7e27"
)
SDK_CAPTURE = WireRequest(
    "POST",
    "/?ScoreThreshold=0.55",
    (
        ("Accept-Encoding", "identity"),
        ("host", "127.0.0.1:34863"),
        ("x-acs-version", "2020-12-14"),
        ("x-acs-action", "SearchImageByName"),
        ("user-agent", "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2"),
        ("x-acs-date", "2026-11-22T16:46:04Z"),
        ("x-acs-signature-nonce", "29ced70c13c69d83489004549d1b8940"),
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-acs-content-sha256", "b48ef473c3c030f7da0e805fbfd5dccfc11bcc3e3e8bd0c680141e89f14c85b2"),
        ("x-acs-credentials-provider", "static_ak"),
        ("Authorization", SDK_AUTHORIZATION),
        ("Content-Length", "212"),
    ),
    b"CategoryId=88888888&DistinctProductId=True&Filter=int_attr%3E%3D100+AND+str_attr%21%3D%22value+1%22"
    b"&InstanceName=demoinstance1&Num=10&PicName=%E5%9B%BE%E7%89%87+%C3%A9%2B%26%3D~%2A.jpg"
    b"&ProductId=2092061_1&Start=0",
)


def presented_by(request: WireRequest) -> SignatureParts:
    presented = parse_signature(request)
    assert isinstance(presented, SignatureParts)
    return presented


def signed(request: WireRequest, **changes: object) -> WireRequest:
    options: dict[str, object] = {"date": DATE, "nonce": NONCE, **changes}
    return v3.sign(request, KEY, **options)  # type: ignore[arg-type]


def test_the_official_canonical_request() -> None:
    request = signed(RUN_INSTANCES)
    canonical = v3.canonical_request(request, presented_by(request).signed_headers)
    assert canonical == OFFICIAL_CANONICAL
    assert v3.string_to_sign(canonical) == (
        "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259"
    )


@pytest.mark.parametrize(
    ("date", "nonce", "signature"),
    [
        (DATE, NONCE, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"),
        (
            "2023-10-26T09:01:01Z",
            "d410180a5abf7fe235dd9b74aca91fc0",
            "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804",
        ),
    ],
)
def test_the_official_signatures(date: str, nonce: str, signature: str) -> None:
    request = signed(RUN_INSTANCES, date=date, nonce=nonce)
    assert request.header("Authorization") == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        f"Signature={signature}"
    )


def test_our_own_example_with_a_form_body() -> None:
    request = signed(SEARCH)
    presented = presented_by(request)
    canonical = v3.canonical_request(request, presented.signed_headers)
    assert request.header(v3.CONTENT_SHA256) == "f820a7cff586394964de1e0e5597d1ff1777b33046dc534a31c5a7a805a7557a"
    assert hashlib.sha256(canonical.encode()).hexdigest() == (
        "716bdc36ea26998b10a25c32bfb8427a735982ce18d4fb7dc70dc3326d4a1a87"
    )
    assert presented.signature == "0ca7d440b93b05a3cddc89b4031ee451a84167fd37dba52a85713735b105c3de"
    assert string_to_sign(presented, request) == v3.string_to_sign(canonical)


def test_the_key_has_no_suffix() -> None:
    suffixed = v3.signature(v3.string_to_sign(OFFICIAL_CANONICAL), "YourAccessKeySecret&")
    assert suffixed.startswith("047532c3")
    assert suffixed.endswith("b53d")


def test_an_unsorted_query_would_sign_to_something_else() -> None:
    first, second = RUN_INSTANCES.query.split("&")
    unsorted = OFFICIAL_CANONICAL.replace(RUN_INSTANCES.query, f"{second}&{first}")
    value = v3.signature(v3.string_to_sign(unsorted), KEY.access_key_secret)
    assert value.startswith("a7647bc2")
    assert value.endswith("272e")


def test_the_order_of_the_query_as_sent_does_not_matter() -> None:
    first, second = RUN_INSTANCES.query.split("&")
    swapped = signed(RUN_INSTANCES.with_query(f"{second}&{first}"))
    assert presented_by(swapped).signature == presented_by(signed(RUN_INSTANCES)).signature


def test_a_request_of_the_official_sdk_verifies() -> None:
    presented = presented_by(SDK_CAPTURE)
    assert verify_signature(presented, SDK_CAPTURE, "testsecret")
    assert not verify_signature(presented, SDK_CAPTURE, "testsecreT")
    assert unsigned_headers(presented, SDK_CAPTURE) == ()


def test_a_header_that_the_sdk_signs_besides_is_covered() -> None:
    tampered = SDK_CAPTURE.with_headers(("accept", "text/xml"))
    assert not verify_signature(presented_by(tampered), tampered, "testsecret")


def test_temporary_credentials_send_and_sign_their_token() -> None:
    request = v3.sign(SEARCH, evolve(KEY, security_token="token"), date=DATE, nonce=NONCE)
    presented = presented_by(request)
    assert presented.security_token == "token"
    assert v3.STS_HEADER in presented.signed_headers
    assert verify_signature(presented, request, KEY.access_key_secret)


def test_headers_left_unsigned_are_reported_and_the_signature_still_fits() -> None:
    request = signed(SEARCH, unsigned_headers=frozenset({"Host", "x-acs-action"}))
    presented = presented_by(request)
    assert unsigned_headers(presented, request) == ("host", "x-acs-action")
    assert verify_signature(presented, request, KEY.access_key_secret)


def test_a_header_added_after_signing_is_reported() -> None:
    request = signed(RUN_INSTANCES).with_headers(("Content-Type", "text/plain"), ("X-Acs-Extra", "1"))
    assert unsigned_headers(presented_by(request), request) == ("content-type", "x-acs-extra")


def test_signed_headers_may_be_named_in_any_case_and_order() -> None:
    request = signed(RUN_INSTANCES)
    presented = presented_by(request)
    shuffled = evolve(presented, signed_headers=tuple(name.title() for name in reversed(presented.signed_headers)))
    assert verify_signature(shuffled, request, KEY.access_key_secret)
    assert unsigned_headers(shuffled, request) == ()


def test_a_repeated_header_is_trimmed_sorted_and_joined() -> None:
    request = WireRequest("post", "/?", (("X-Acs-Tag", " b\t"), ("x-acs-tag", "a")))
    assert "\nx-acs-tag:a,b\n\nx-acs-tag\n" in v3.canonical_request(request, ("X-ACS-TAG",))


def test_a_repeated_parameter_sorts_by_value() -> None:
    canonical = v3.canonical_request(WireRequest("POST", "/?b=2&a=z&a=y&b"), ())
    assert canonical.splitlines()[2] == "a=y&a=z&b=&b=2"


def test_the_stated_hash_must_be_that_of_the_body() -> None:
    false_hash = hashlib.sha256(b"another body").hexdigest()
    request = signed(SEARCH, unsigned_headers=frozenset({v3.CONTENT_SHA256})).with_headers(
        (v3.CONTENT_SHA256, false_hash)
    )
    assert not verify_signature(presented_by(request), request, KEY.access_key_secret)


def test_an_algorithm_that_is_not_documented_is_not_verified() -> None:
    request = signed(SEARCH)
    presented = evolve(presented_by(request), algorithm="ACS3-HMAC-SM3")
    assert not presented.is_supported
    assert not verify_signature(presented, request, KEY.access_key_secret)


def test_signing_again_replaces_the_first_signature() -> None:
    assert signed(signed(SEARCH, date="2000-01-01T00:00:00Z")).headers == signed(SEARCH).headers
