"""From a profile or an address, and the environment, to a target."""

import pytest

from imagesearch_conformance.errors import InvalidInput
from imagesearch_conformance.model.target import (
    Capabilities,
    Credentials,
    Image,
    Instance,
    InstanceType,
    SignatureScheme,
)
from imagesearch_conformance.settings.endpoint_url import normalize_endpoint
from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET, TOKEN, target_from_endpoint

KEYS = {KEY_ID: "env-id", KEY_SECRET: "env-secret"}


def test_a_profile_becomes_a_target(targeting, tables):
    target = targeting(tables)
    assert target.endpoint == "http://127.0.0.1:8080"
    assert target.instances == (
        Instance("demo", InstanceType.PRODUCT, (Image("p", "p.jpg"),)),
        Instance("other", InstanceType.GENERIC, (Image("g", "g.jpg"),)),
    )
    assert (target.signature, target.qps) == (SignatureScheme.V3, 5)
    assert target.credentials == Credentials("some-id", "some-secret")
    assert target.unauthorized_credentials == Credentials("weak-id", "weak-secret")
    assert target.capabilities == Capabilities(authentication=True, throttling_qps=5, fault_header="X-Fault")
    assert not target.without_profile


def test_what_is_not_stated_is_not_claimed(targeting, tables):
    target = targeting({"target": {**tables["target"], "signature": "none"}})
    assert target.capabilities == Capabilities()
    assert (target.credentials, target.unauthorized_credentials, target.signature) == (None, None, SignatureScheme.NONE)


def test_keys_of_the_profile_come_before_those_of_the_environment(targeting, tables):
    assert targeting(tables, **KEYS).credentials.access_key_id == "some-id"
    del tables["credentials"]
    assert targeting(tables, **KEYS).credentials == Credentials("env-id", "env-secret")
    assert targeting(tables, **KEYS).signature is SignatureScheme.V3
    assert targeting(tables, **KEYS, **{TOKEN: "env-token"}).credentials.security_token == "env-token"


@pytest.mark.parametrize("incomplete", [{}, {KEY_ID: "x"}, {KEY_SECRET: "x"}, {KEY_ID: "", KEY_SECRET: "x"}])
def test_half_a_key_in_the_environment_is_none(targeting, tables, incomplete):
    del tables["credentials"]
    assert targeting(tables, **incomplete).credentials is None
    assert targeting(tables, **incomplete).signature is SignatureScheme.NONE


@pytest.mark.parametrize("signature", ["v3", "v2"])
def test_a_signature_needs_a_key(targeting, tables, signature):
    del tables["credentials"]
    tables["target"]["signature"] = signature
    with pytest.raises(InvalidInput) as caught:
        targeting(tables)
    assert caught.value.where == "target.toml: target.signature"
    assert "[credentials]" in caught.value.hint
    assert KEY_ID in caught.value.hint


@pytest.mark.parametrize("bad", ["line\nbreak", "end\n", "sp ace", "umläut", "\x00", "\udcff"])
@pytest.mark.parametrize("name", [KEY_ID, KEY_SECRET, TOKEN])
def test_a_key_that_no_header_can_carry_is_refused_and_not_repeated(targeting, tables, bad, name):
    del tables["credentials"]
    with pytest.raises(InvalidInput) as caught:
        targeting(tables, **{**KEYS, name: bad})
    assert caught.value.where == f"the environment: {name}"
    assert bad not in str(caught.value)


@pytest.mark.parametrize("table", ["credentials", "unauthorized"])
def test_a_key_of_the_profile_is_looked_at_too(targeting, tables, table):
    keys = tables["credentials"] if table == "credentials" else tables["credentials"]["unauthorized"]
    keys["access_key_secret"] = "secret\n"
    with pytest.raises(InvalidInput, match=f"{table}: access_key_secret"):
        targeting(tables)


@pytest.mark.parametrize("name", ["X Fault", "X-Fault:", "Fäult", "X\r\nY"])
def test_a_fault_header_is_the_name_of_a_header(targeting, tables, name):
    tables["capabilities"]["fault_header"] = name
    with pytest.raises(InvalidInput, match=r"capabilities\.fault_header"):
        targeting(tables)


def test_a_given_address_comes_before_that_of_the_profile(targeting, tables):
    assert targeting(tables, "https://api.example/").endpoint == "https://api.example"
    del tables["target"]["endpoint"]
    assert targeting(tables, "http://api.example").authority == "api.example"
    with pytest.raises(
        InvalidInput, match=r"target.toml: target.endpoint: no endpoint is given \(write one, or give END"
    ):
        targeting(tables)


def test_an_address_alone_is_tried_with_the_documented_example(contract):
    target = target_from_endpoint("http://127.0.0.1:1", contract, {})
    assert target.without_profile
    assert target.capabilities == Capabilities()
    assert target.signature is SignatureScheme.NONE
    examples = {str(one.examples[0]) for one in contract.parameters if one.required}
    image = target.instance.images[0]
    assert {target.instance.name, image.product_id, image.pic_name} == examples
    assert target_from_endpoint("http://127.0.0.1:1", contract, KEYS).signature is SignatureScheme.V3


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:8080",
        "ftp://localhost",
        "http://",
        "http://localhost:99999",
        "http://localhost:0",
        "http://localhost:port",
        "http://[::1",
        "http://user:hidden@localhost",
        "http://user:hidden@localhost:99999",
        "ftp://user:hidden@localhost",
        "http://localhost/path",
        "http://localhost?query",
        "http://localhost/#part",
        "http://例え.example",
        "http://exa mple",
        "http://a\nb",
    ],
)
def test_what_is_no_address_of_an_endpoint_is_refused(address):
    with pytest.raises(InvalidInput) as caught:
        normalize_endpoint(address, "here")
    assert caught.value.where == "here"
    assert "hidden" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "checked"),
    [
        ("http://localhost:8080/", "http://localhost:8080"),
        ("HTTPS://Api.Example", "https://Api.Example"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_addresses(address, checked):
    assert normalize_endpoint(address) == checked


def test_secrets_do_not_show_in_a_representation(targeting, tables):
    tables["credentials"]["security_token"] = "some-token"
    shown = repr(targeting(tables))
    assert not {"some-secret", "weak-secret", "some-token"} & {part.strip("'\",()") for part in shown.split("=")}
    assert "some-secret" not in shown
    assert "some-token" not in shown
