"""Targets from a profile or an endpoint, and the environment."""

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
from imagesearch_conformance.settings.target import KEY_ID, KEY_SECRET, TOKEN, normalize_endpoint, target_from_endpoint

KEYS = {KEY_ID: "env-id", KEY_SECRET: "env-secret"}


def test_a_profile_becomes_a_target(make_target, tables):
    target = make_target(tables)
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


def test_the_default_claims_nothing(make_target, tables):
    target = make_target({"target": {**tables["target"], "signature": "none"}})
    assert target.capabilities == Capabilities()
    assert (target.credentials, target.unauthorized_credentials, target.signature) == (None, None, SignatureScheme.NONE)


def test_keys_of_the_profile_override_the_environment(make_target, tables):
    assert make_target(tables, **KEYS).credentials.access_key_id == "some-id"
    del tables["credentials"]
    assert make_target(tables, **KEYS).credentials == Credentials("env-id", "env-secret")
    assert make_target(tables, **KEYS).signature is SignatureScheme.V3
    assert make_target(tables, **KEYS, **{TOKEN: "env-token"}).credentials.security_token == "env-token"


@pytest.mark.parametrize("incomplete", [{}, {KEY_ID: "x"}, {KEY_SECRET: "x"}, {KEY_ID: "", KEY_SECRET: "x"}])
def test_an_incomplete_key_in_the_environment_is_ignored(make_target, tables, incomplete):
    del tables["credentials"]
    assert make_target(tables, **incomplete).credentials is None
    assert make_target(tables, **incomplete).signature is SignatureScheme.NONE


@pytest.mark.parametrize("signature", ["v3", "v2"])
def test_a_signature_needs_a_key(make_target, tables, signature):
    del tables["credentials"]
    tables["target"]["signature"] = signature
    with pytest.raises(InvalidInput) as caught:
        make_target(tables)
    assert caught.value.where == "target.toml: target.signature"
    assert "[credentials]" in caught.value.hint
    assert KEY_ID in caught.value.hint


@pytest.mark.parametrize("invalid", ["line\nbreak", "end\n", "sp ace", "umläut", "\x00", "\udcff"])
@pytest.mark.parametrize("name", [KEY_ID, KEY_SECRET, TOKEN])
def test_a_key_that_no_header_can_carry_is_rejected_but_not_repeated(make_target, tables, invalid, name):
    del tables["credentials"]
    with pytest.raises(InvalidInput) as caught:
        make_target(tables, **{**KEYS, name: invalid})
    assert caught.value.where == f"the environment: {name}"
    assert invalid not in str(caught.value)


@pytest.mark.parametrize("table", ["credentials", "unauthorized"])
def test_a_key_of_the_profile_is_checked_too(make_target, tables, table):
    keys = tables["credentials"] if table == "credentials" else tables["credentials"]["unauthorized"]
    keys["access_key_secret"] = "secret\n"
    with pytest.raises(InvalidInput, match=f"{table}: access_key_secret"):
        make_target(tables)


@pytest.mark.parametrize("name", ["X Fault", "X-Fault:", "Fäult", "X\r\nY"])
def test_the_fault_header_must_be_a_header_name(make_target, tables, name):
    tables["capabilities"]["fault_header"] = name
    with pytest.raises(InvalidInput, match=r"capabilities\.fault_header"):
        make_target(tables)


def test_an_endpoint_argument_overrides_the_profile(make_target, tables):
    assert make_target(tables, "https://api.example/").endpoint == "https://api.example"
    del tables["target"]["endpoint"]
    assert make_target(tables, "http://api.example").authority == "api.example"
    with pytest.raises(InvalidInput, match=r"target.toml: target.endpoint: missing endpoint \(write one, or give END"):
        make_target(tables)


def test_an_endpoint_alone_uses_the_documented_examples(contract):
    target = target_from_endpoint("http://127.0.0.1:1", contract, {})
    assert target.without_profile
    assert target.capabilities == Capabilities()
    assert target.signature is SignatureScheme.NONE
    examples = {str(parameter.examples[0]) for parameter in contract.parameters if parameter.required}
    image = target.instance.images[0]
    assert {target.instance.name, image.product_id, image.pic_name} == examples
    assert target_from_endpoint("http://127.0.0.1:1", contract, KEYS).signature is SignatureScheme.V3


@pytest.mark.parametrize(
    "endpoint",
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
def test_an_invalid_endpoint_is_rejected(endpoint):
    with pytest.raises(InvalidInput) as caught:
        normalize_endpoint(endpoint, "here")
    assert caught.value.where == "here"
    assert "hidden" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "normalized"),
    [
        ("http://localhost:8080/", "http://localhost:8080"),
        ("HTTPS://Api.Example", "https://Api.Example"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_endpoints_are_normalized(endpoint, normalized):
    assert normalize_endpoint(endpoint) == normalized


def test_the_repr_of_a_target_has_no_secrets(make_target, tables):
    tables["credentials"]["security_token"] = "some-token"
    text = repr(make_target(tables))
    assert not {"some-secret", "weak-secret", "some-token"} & {part.strip("'\",()") for part in text.split("=")}
    assert "some-secret" not in text
    assert "some-token" not in text
