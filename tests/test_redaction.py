"""Stored exchanges have no secrets, are limited in size, and are otherwise complete."""

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from imagesearch_conformance.model.case import Probe, Request
from imagesearch_conformance.model.target import Credentials, Instance, SignatureScheme, Target
from imagesearch_conformance.model.wire import Exchange, WireRequest, WireResponse
from imagesearch_conformance.redaction import MAX_STORED_BODY_BYTES, REDACTED, Redactor, curl_command
from imagesearch_conformance.signing.parse import parse_signature
from imagesearch_conformance.transport.request_encoder import RequestEncoder

ENDPOINT = "http://api.example"

#: Keys of a profile: visible ASCII, long enough not to occur by chance.
SECRETS = st.text("".join(map(chr, range(0x21, 0x7F))), min_size=12, max_size=40)

#: The encodings in which a server may echo a text.
ENCODINGS = {
    "as it is": lambda text: text,
    "form": quote_plus,
    "url": lambda text: quote(text, safe=""),
    "small url": lambda text: "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in text),
    "url twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "json in json": lambda text: json.dumps(json.dumps(text))[3:-3],
    "json slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "html": html.escape,
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "base 64": lambda text: base64.b64encode(text.encode()).decode().rstrip("="),
    "base 64 of URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
}


def exchange(request, reply, now):
    return Exchange(request, reply, now, 0.1)


def make_exchange(now, reply=None, **request):
    return exchange(WireRequest("POST", "/", (("host", "api.example"),), **request), reply or WireResponse(200), now)


def encodings_with_secret(stored, secret):
    """Return the encodings in which a stored exchange still has a secret."""
    binary = base64.b64decode(stored["response"].get("bodyBase64", "")).decode("latin-1")
    everything = "\n".join([*collect_texts(stored), binary])
    return [name for name, encode in ENCODINGS.items() if encode(secret) in everything]


def collect_texts(value):
    if isinstance(value, dict):
        return [text for item in value.values() for text in collect_texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in collect_texts(item)]
    return [str(value)]


@given(
    secret=SECRETS,
    token=SECRETS,
    scheme=st.sampled_from([SignatureScheme.V3, SignatureScheme.V2]),
    echoed=st.tuples(st.sampled_from(sorted(ENCODINGS)), st.sampled_from([b"", b"\xff\x00"])),
)
def test_secrets_are_redacted_everywhere_in_an_exchange(contract, now, secret, token, scheme, echoed):
    encoding, ending = echoed
    assume(secret not in token and token not in secret)
    target = Target(ENDPOINT, (Instance("demo"),), scheme, credentials=Credentials("some-id", secret, token))
    protocol = contract.protocol
    probe = Probe(Request(protocol.action, protocol.version, (("ProductId", "a"),)))
    request = RequestEncoder(contract, target).encode(probe, now, "nonce")
    signature = parse_signature(request).signature
    echo = " | ".join(map(ENCODINGS[encoding], (secret, token, signature)))
    request = request.with_headers(("x-debug", echo.replace("\n", " ")))
    body = f'{{"Message": "we got {echo}"}}'.encode() + ending
    reply = WireResponse(400, (("X-Echo", echo), ("Authorization", request.header("authorization") or "")), body)
    stored = Redactor.for_target(target).serialize_exchange(exchange(request, reply, now), ENDPOINT)
    assert [encodings_with_secret(stored, text) for text in (secret, token, signature)] == [[], [], []]
    assert REDACTED in json.dumps(stored)


@given(
    secret=SECRETS,
    before=st.integers(MAX_STORED_BODY_BYTES - 60, MAX_STORED_BODY_BYTES + 20),
    letter=st.sampled_from(["x", "\u00e9", "\u56fe", "\U0001f600"]),
)
def test_the_limit_cuts_neither_a_secret_nor_a_character(now, secret, before, letter):
    body = (letter * (before // len(letter.encode())) + secret).encode()
    redactor = Redactor((secret,))
    stored = redactor.serialize_exchange(make_exchange(now, WireResponse(200, (), body)), ENDPOINT)["response"]
    assert len(stored["body"].encode()) <= MAX_STORED_BODY_BYTES
    assert secret[:6] not in stored["body"]
    assert set(stored["body"]) <= set(letter + REDACTED)


@pytest.mark.parametrize(
    ("body", "truncated", "expected"),
    [
        (b"", False, False),
        (b"x" * MAX_STORED_BODY_BYTES, False, False),
        (b"x" * (MAX_STORED_BODY_BYTES + 1), False, True),
        (b"x", True, True),
    ],
)
def test_a_cut_body_is_marked_as_truncated(now, body, truncated, expected):
    stored = Redactor(()).serialize_exchange(make_exchange(now, WireResponse(200, (), body, truncated)), ENDPOINT)[
        "response"
    ]
    assert stored["truncated"] is expected
    assert len(stored["body"]) == min(len(body), MAX_STORED_BODY_BYTES)


@given(st.binary(max_size=200))
def test_a_body_is_stored_as_text_or_in_base64(now, body):
    stored = Redactor(()).serialize_exchange(make_exchange(now, WireResponse(200, (), body)), ENDPOINT)["response"]
    if "body" in stored:
        assert stored["body"].encode() == body
    else:
        assert base64.b64decode(stored["bodyBase64"]) == body


def test_a_binary_body_is_limited_too(now):
    stored = Redactor(()).serialize_exchange(make_exchange(now, WireResponse(200, (), b"\xff" * 300_000)), ENDPOINT)[
        "response"
    ]
    assert len(base64.b64decode(stored["bodyBase64"])) == MAX_STORED_BODY_BYTES
    assert stored["truncated"]


def test_the_curl_command_sends_the_same_request_unsigned():
    request = WireRequest(
        "POST",
        "/?A=%2f&Signature=abc%3D&SecurityToken=tok&B=2",
        (
            ("host", "api.example"),
            ("x-acs-action", "SearchImageByName"),
            ("Authorization", "ACS3-HMAC-SHA256 Credential=id,Signature=00ff"),
            ("x-acs-security-token", "tok"),
            ("x-acs-date", "2026-01-02T03:04:05Z"),
        ),
        b"ProductId=it's+%22quoted%22&PicName=$(reboot)",
    )
    words = shlex.split(curl_command(request, ENDPOINT))
    assert words[:4] == ["curl", "-sS", "-X", "POST"]
    assert words[-1] == f"{ENDPOINT}/?A=%2f&Signature=REDACTED&SecurityToken=REDACTED&B=2"
    assert words[words.index("-H") + 1] == "x-acs-action: SearchImageByName"
    assert words[words.index("--data-raw") + 1] == request.body.decode()
    assert words.count("-H") == 1


def test_own_signatures_are_redacted(now):
    request = WireRequest("POST", "/", (("Authorization", "ACS3 Credential=id,Signature=00ff00ff00ff"),))
    redactor = Redactor(("some-secret",)).with_own_signatures([exchange(request, WireResponse(200), now)])
    assert redactor.redact_text("id 00ff00ff00ff, some-secret") == "id REDACTED, REDACTED"


@pytest.mark.parametrize("signature", ["0", "2F", "ts", "wrong", "-wrong-secret"])
def test_a_short_signature_does_not_split_a_secret(now, signature):
    request = WireRequest("POST", f"/?Signature={signature}&B=2")
    redactor = Redactor(("its/wrong-secret/0123456789",)).with_own_signatures(
        [exchange(request, WireResponse(200), now)]
    )
    assert (
        redactor.redact_text("<its%2Fwrong-secret%2F0123456789> <its/wrong-secret/0123456789>")
        == "<REDACTED> <REDACTED>"
    )
    assert redactor.redact_text(f"<{signature}>") == "<REDACTED>"


def test_a_signature_that_contains_a_secret_is_redacted_as_a_whole(now):
    signature = "0f" * 10 + "secret" + "0f" * 19
    request = WireRequest("POST", f"/?Signature={signature}&B=2")
    redactor = Redactor(("secret",)).with_own_signatures([exchange(request, WireResponse(200), now)])
    assert redactor.redact_text(f"<{signature}> <secret>") == "<REDACTED> <REDACTED>"


@pytest.mark.parametrize("signature", ["0f" * 32, "aB3/" * 6 + "xyz=", "aB3%2F" * 6 + "xyz%3D"])
@pytest.mark.parametrize("before", ["", "Signature=", "signed:", "%3D"])
def test_known_signatures_are_recognised_by_their_shape(now, signature, before):
    request = WireRequest("POST", f"/?Signature={signature}&B=2")
    redactor = Redactor(()).with_known_signatures([exchange(request, WireResponse(200), now)])
    other = signature.replace("3", "4").replace("0f", "1f")
    assert redactor.redact_text(f"we got {before}{signature}, not {other}") == f"we got {before}REDACTED, not {other}"


@pytest.mark.parametrize("signature", ["0f" * 32, "aB3/" * 6 + "xyz="])
@pytest.mark.parametrize("before", [b"", b"!", b"?!"])
@pytest.mark.parametrize("encode", [
    lambda octets: octets.hex(), lambda octets: octets.hex().upper(), lambda octets: base64.b64encode(octets).decode(),
    lambda octets: base64.urlsafe_b64encode(octets).decode().rstrip("="),
])  # fmt: skip
def test_known_signatures_are_recognised_in_encoded_text(now, signature, before, encode):
    signed = make_exchange(now, body=f"Signature={quote(signature, safe='')}".encode())
    redactor = Redactor(()).with_known_signatures([signed])
    assert redactor.redact_text(f"so: {encode(before + signature.encode())}").rstrip("=") == f"so: {REDACTED}"
    other = f"so: {encode(before + signature.swapcase().replace('0', '1').encode())}"
    assert redactor.redact_text(other) == other


def test_a_secret_that_begins_another_leaves_no_remainder():
    assert (
        Redactor(("secret", "secret-and-more")).redact_text("a secret-and-more b secret c") == "a REDACTED b REDACTED c"
    )


@given(SECRETS, st.binary(max_size=9), st.binary(max_size=9), st.booleans())
def test_a_secret_inside_base64_leaves_no_bits(secret, before, after, for_urls):
    """Only whole characters of the surrounding text remain."""
    whole = (base64.urlsafe_b64encode if for_urls else base64.b64encode)(before + secret.encode() + after).decode()
    clean = Redactor((secret,)).redact_text(f"<{whole}>")
    first, last = 8 * len(before) // 6, -(-8 * (len(before) + len(secret)) // 6)
    assert clean == f"<{whole[:first]}{REDACTED}{whole[last:]}>"


@pytest.mark.parametrize("text", ["", "a", "short", "sixteen", "\u00e9\u00e9\u00e9"])
def test_short_texts_are_not_searched_for_in_encodings(text):
    encode = f"{text.encode().hex()} {base64.b64encode(text.encode()).decode()}" if text else "anything"
    assert Redactor((text,) if text else ()).redact_text(encode) == encode


def test_an_escape_sequence_before_base64_stays_whole():
    secret = "tell-nobody-about-it"
    coded = base64.b64encode(b"x" + secret.encode()).decode()[1:]
    assert json.loads(f'"{Redactor((secret,)).redact_text(chr(92) + "n" + coded[1:])}"') == f"\n{REDACTED}"


def test_a_redactor_for_a_target_redacts_all_its_keys():
    target = Target(
        ENDPOINT,
        (Instance("demo"),),
        credentials=Credentials("id", "own-secret", "own-token"),
        unauthorized_credentials=Credentials("weak", "weak-secret"),
    )
    assert (
        Redactor.for_target(target).redact_text("id own-secret own-token weak weak-secret")
        == "id REDACTED REDACTED weak REDACTED"
    )
    assert (
        Redactor.for_target(evolve(target, credentials=None, unauthorized_credentials=None)).redact_text("anything")
        == "anything"
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(JSON)
def test_a_redacted_value_is_always_valid_json(value):
    stored = Redactor(("some-secret",)).redact_value([value, "some-secret", {"some-secret": ["some-secret"]}])
    assert "some-secret" not in json.dumps(stored, allow_nan=False)


def test_redacted_values_are_limited_in_depth_and_length():
    deep = "x" * 10_000_000
    for _ in range(900):
        deep = [deep]
    assert len(json.dumps(Redactor(()).redact_value(deep))) < 1000
    assert len(Redactor(()).redact_value("x" * 10_000_000)) < 10_000
