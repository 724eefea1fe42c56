"""Signature V2: the official examples, a capture of the official SDK, and an example of our own."""

from __future__ import annotations

import pytest
from attrs import evolve

from imagesearch_conformance.model.target import Credentials
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing import v2
from imagesearch_conformance.signing.encoding import encode_form, parse_form
from imagesearch_conformance.signing.parse import SignatureParts, parse_signature
from imagesearch_conformance.signing.verify import string_to_sign, unsigned_headers, verify_signature

KEY = Credentials("testid", "testsecret")
DATE = "2016-02-23T12:46:24Z"
NONCE = "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"
FORM = (("content-type", "application/x-www-form-urlencoded; charset=utf-8"),)

REGIONS = "/?Action=DescribeRegions&Format=XML&Version=2014-05-26"
HOSTS = "/?Action=DescribeDedicatedHosts&Format=JSON&RegionId=cn-beijing&Version=2014-05-26"
SEARCH = "/?Action=SearchImageByName&Format=JSON&Version=2020-12-14"
SEARCH_PARAMETERS = (
    ("InstanceName", "demoinstance1"),
    ("ProductId", "2092061_1"),
    ("PicName", "图片 1.jpg"),
    ("Filter", 'int_attr>=100 AND str_attr!="value 1"'),
)

SDK_CAPTURE = WireRequest(
    "POST",
    "/?Action=SearchImageByName&Format=json&Version=2020-12-14&Timestamp=2026-11-22T16%3A46%3A04Z"
    "&SignatureNonce=173f2ce2859ed45d91088d0d6aa5b045&ScoreThreshold=0.55&SignatureMethod=HMAC-SHA1"
    "&SignatureVersion=1.0&AccessKeyId=testid&Signature=5VcO98eOEFCdG3K01v%2BzSEZtLXU%3D",
    (("host", "127.0.0.1:35607"), ("content-type", "application/x-www-form-urlencoded")),
    b"CategoryId=88888888&DistinctProductId=True&Filter=int_attr%3E%3D100+AND+str_attr%21%3D%22value+1%22"
    b"&InstanceName=demoinstance1&Num=10&PicName=%E5%9B%BE%E7%89%87+%C3%A9%2B%26%3D~%2A.jpg"
    b"&ProductId=2092061_1&Start=0",
)


def parsed_signature(request: WireRequest) -> SignatureParts:
    signature_ = parse_signature(request)
    assert isinstance(signature_, SignatureParts)
    return signature_


@pytest.mark.parametrize(
    ("method", "target", "date", "nonce", "signature"),
    [
        ("GET", REGIONS, DATE, NONCE, "OLeaidS1JvxuMvnyHOwuJ+uX5qY="),
        ("POST", REGIONS, DATE, NONCE, "MxbnVAM4w6sft9xjVpe/GCKueuk="),
        ("GET", HOSTS, "2023-03-13T08:34:30Z", "edb2b34af0af9a6d14deaf7c1a5315eb", "9NaGiOspFP5UPcwX8Iwt2YJXXuk="),
        ("POST", HOSTS, "2023-03-13T08:34:30Z", "edb2b34af0af9a6d14deaf7c1a5315eb", "ZvQ9xGiFnquSJRvj+WE6kdSpTwU="),
    ],
)
def test_the_official_signatures(method: str, target: str, date: str, nonce: str, signature: str) -> None:
    request = v2.sign(WireRequest(method, target), KEY, date=date, nonce=nonce)
    signature_ = parsed_signature(request)
    assert signature_.signature == signature
    assert (signature_.date, signature_.nonce, signature_.access_key_id) == (date, nonce, "testid")
    assert verify_signature(signature_, request, "testsecret")
    assert not verify_signature(signature_, evolve(request, method="PUT"), "testsecret")


def test_our_own_example_with_the_parameters_in_a_form_body() -> None:
    unsigned = WireRequest("POST", SEARCH, FORM, encode_form(SEARCH_PARAMETERS).encode())
    request = v2.sign(unsigned, KEY, date=DATE, nonce=NONCE)
    assert parsed_signature(request).signature == "lDmoC27Z/pUTnGObb7nezn9wVKs="
    assert request.body == unsigned.body


def test_our_own_example_with_the_parameters_in_the_query() -> None:
    unsigned = WireRequest("GET", f"{SEARCH}&{encode_form(SEARCH_PARAMETERS)}")
    request = v2.sign(unsigned, KEY, date=DATE, nonce=NONCE)
    assert parsed_signature(request).signature == "Ma/FtayIVDcBWgRdgLCzqd5GPUM="
    assert request.query.startswith(unsigned.query)


def test_the_string_to_sign_encodes_twice() -> None:
    request = v2.sign(WireRequest("GET", REGIONS), KEY, date=DATE, nonce=NONCE)
    assert string_to_sign(parsed_signature(request), request) == (
        "GET&%2F&AccessKeyId%3Dtestid%26Action%3DDescribeRegions%26Format%3DXML%26SignatureMethod%3DHMAC-SHA1"
        "%26SignatureNonce%3D3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf%26SignatureVersion%3D1.0"
        "%26Timestamp%3D2016-02-23T12%253A46%253A24Z%26Version%3D2014-05-26"
    )


def test_a_request_of_the_official_sdk_verifies() -> None:
    signature_ = parsed_signature(SDK_CAPTURE)
    assert verify_signature(signature_, SDK_CAPTURE, "testsecret")
    assert not verify_signature(signature_, SDK_CAPTURE, "testsecreT")
    assert unsigned_headers(signature_, SDK_CAPTURE) == ()


def test_all_parameters_may_be_in_the_form_body() -> None:
    in_query = v2.sign(WireRequest("POST", SEARCH), KEY, date=DATE, nonce=NONCE)
    in_body = WireRequest("POST", "/", FORM, in_query.query.encode())
    assert verify_signature(parsed_signature(in_body), in_body, "testsecret")


def test_a_body_other_than_a_form_is_not_signed() -> None:
    request = WireRequest("POST", SEARCH, (("content-type", "application/json"),), b"a=1")
    assert v2.string_to_sign(request) == v2.string_to_sign(evolve(request, body=b""))


def test_an_empty_parameter_is_signed() -> None:
    request = v2.sign(WireRequest("POST", f"{SEARCH}&SignatureType="), KEY, date=DATE, nonce=NONCE)
    assert "SignatureType%3D%26" in v2.string_to_sign(request)
    without = request.with_query(request.query.replace("&SignatureType=", ""))
    assert verify_signature(parsed_signature(request), request, "testsecret")
    assert not verify_signature(parsed_signature(without), without, "testsecret")


def test_other_escaping_of_the_query_verifies() -> None:
    request = v2.sign(WireRequest("POST", f"{SEARCH}&Filter=a+b%20c"), KEY, date=DATE, nonce=NONCE)
    lenient = request.query.replace("%3A", ":").replace("%2F", "/").replace("a+b%20c", "a%20b+c")
    assert lenient != request.query
    respelled = request.with_query(lenient)
    assert verify_signature(parsed_signature(respelled), respelled, "testsecret")


def test_an_unescaped_slash_in_the_signature_is_parsed() -> None:
    unsigned = WireRequest("POST", REGIONS)
    request = v2.sign(unsigned, KEY, date=DATE, nonce=NONCE)
    respelled = request.with_query(request.query.replace("%2F", "/"))
    assert "Signature=MxbnVAM4w6sft9xjVpe/GCKueuk%3D" in respelled.query
    assert verify_signature(parsed_signature(respelled), respelled, "testsecret")


def test_temporary_credentials_send_and_sign_their_token() -> None:
    token = evolve(KEY, security_token="to+ken/=")
    request = v2.sign(WireRequest("POST", SEARCH), token, date=DATE, nonce=NONCE)
    assert parsed_signature(request).security_token == "to+ken/="
    assert ("SecurityToken", "to+ken/=") in parse_form(request.query)
    assert verify_signature(parsed_signature(request), request, "testsecret")


@pytest.mark.parametrize(("algorithm", "version"), [("HMAC-SHA256", "1.0"), ("HMAC-SHA1", "2.0")])
def test_undocumented_algorithms_are_not_verified(algorithm: str, version: str) -> None:
    request = v2.sign(WireRequest("POST", SEARCH), KEY, date=DATE, nonce=NONCE)
    signature_ = evolve(parsed_signature(request), algorithm=algorithm, version=version)
    assert not signature_.is_supported
    assert not verify_signature(signature_, request, "testsecret")


def test_a_signature_that_is_not_ascii_is_invalid() -> None:
    request = v2.sign(WireRequest("POST", SEARCH), KEY, date=DATE, nonce=NONCE)
    assert not verify_signature(evolve(parsed_signature(request), signature="é\udcff"), request, "testsecret")
