"""No output contains a secret, wherever and in whatever encoding an endpoint echoes it."""

import base64
import html
import io
import json
import logging
import re
from contextlib import redirect_stdout, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from imagesearch_conformance.cli.console import Console
from imagesearch_conformance.emulator import Emulator, EmulatorSettings
from imagesearch_conformance.errors import Unreachable
from imagesearch_conformance.model.target import Credentials, SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.reports.document import build_report
from imagesearch_conformance.reports.write import RENDERERS
from imagesearch_conformance.signing.parse import SignatureParts, parse_signature
from imagesearch_conformance.transport.http import HttpSender

from .endpoints import OK
from .raw_server import serve_script

#: Keys that a profile may contain and that no output contains by chance.
KEYS = st.text("".join(map(chr, range(0x21, 0x7F))), min_size=12, max_size=36).map("Zq{}#7w".format)

SIGNING = ("authorization", "x-acs-security-token", "x-acs-signature", "x-acs-date", "x-acs-content")


def _in_base64(text, before, special=b"+/"):
    """Encode a text in base64 after this number of bytes, and before some more."""
    return base64.b64encode(b"?!:"[:before] + text.encode() + b"~?"[:before], special).decode()


#: Encodings of an echoed text.
ENCODINGS = {
    "as it is": lambda text: text,
    "form": quote_plus,
    "url": lambda text: quote(text, safe=""),
    "every byte": lambda text: "".join(f"%{ord(char):02x}" for char in text),
    "url twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "json numbers": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "json in json": lambda text: json.dumps(json.dumps(text))[3:-3],
    "html": html.escape,
    "html numbers": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    **{f"base 64 after {before}": lambda text, n=before: _in_base64(text, n) for before in range(3)},
    **{f"base 64 of URLs after {before}": lambda text, n=before: _in_base64(text, n, b"-_") for before in range(3)},
    "base 64 in a URL": lambda text: quote(_in_base64(text, 1), safe=""),
    "base 64 in JSON": lambda text: _in_base64(text, 2).replace("/", "\\/"),
}

#: Places of the echo in a response; the functions take the echo and the response of the emulator.
PLACES = {
    "a header": lambda echo, response: evolve(response, headers=(*response.headers, ("X-Debug", echo))),
    "the name of a header": lambda echo, response: evolve(response, headers=(*response.headers, (f"X-{echo}", "1"))),
    "the content type": lambda echo, response: evolve(
        response, headers=(("Content-Type", f"application/json; x={echo}"),)
    ),
    "a cookie": lambda echo, response: evolve(
        response, headers=(*response.headers, ("Set-Cookie", f"a={echo}; Path=/"))
    ),
    "the body": lambda echo, response: evolve(response, body=f"we got {echo}".encode()),
    "a binary body": lambda echo, response: evolve(response, body=b"\xff\x00" + echo.encode() + b"\xff"),
    "a long body": lambda echo, response: evolve(response, body=b"x" * 170 + echo.encode() + b"x" * 5000),
    "an error response": lambda echo, response: _with(
        response, {"Code": "Nope", "Message": f"bad signature {echo}"}, status=400
    ),
    "a code": lambda echo, response: _with(response, {"Code": echo, "Message": "x"}, status=400),
    "a field": lambda echo, response: _with(response, {"Msg": echo, "RequestId": echo}),
    "a name": lambda echo, response: _with(response, {echo: echo}),
    "deep": lambda echo, response: _with(response, {"Head": {"DocsFound": [{"a": [echo, {echo: echo}]}]}}),
    "entries": lambda echo, response: _with(
        response, {"Auctions": [{"ProductId": echo, "PicName": echo, "Score": echo}]}
    ),
    "field after field": lambda echo, response: _with(
        response, {"Msg": "Signature=", "Recommend": echo, "Region": echo}
    ),
    "near the limits": lambda echo, response: _with(
        response, {"Msg": "x" * 4090 + echo, "Recommend": "y" * 65_500 + echo}
    ),
}


def _with(response, fields, status=None):
    document = json.loads(response.body) | fields
    return evolve(response, body=json.dumps(document).encode(), status=status or response.status)


@pytest.fixture(scope="session")
def outputs(bench, contract, store):
    """A function that runs against an endpoint with changed responses and returns the output and all reports."""
    emulator = Emulator(contract, EmulatorSettings(qps=None, signature="optional"), store=store)

    def run(credentials, scheme, around):
        def remove_signature(request, handle):
            headers = tuple(pair for pair in request.headers if not pair[0].lower().startswith(SIGNING))
            query = "&".join(part for part in request.query.split("&") if part.startswith(("Action=", "Version=")))
            return around(request, handle(evolve(request, headers=headers).with_query(query)))

        endpoint = evolve(
            bench(adapt=lambda target: evolve(target, credentials=credentials, signature=scheme)),
            emulator=emulator, around=remove_signature,
        )  # fmt: skip
        record = endpoint.record(select=["num.maximum"])
        report, output = build_report(record), io.StringIO()
        with redirect_stdout(output):
            Console(quiet=False, verbose=True).show_results(report, [Path("report.json")], "again")
        return {"terminal": output.getvalue(), **{name: render(report) for name, render in RENDERERS.items()}}

    return run


#: Length of the beginning or end of a secret that must not appear either.
_PART_LENGTH = 14

PHASES = [Phase.explicit, Phase.generate]
ECHOES = given(
    secret=KEYS,
    token=KEYS,
    encoding=st.sampled_from(sorted(ENCODINGS)),
    place=st.sampled_from(sorted(PLACES)),
    scheme=st.sampled_from([SignatureScheme.V3, SignatureScheme.V2]),
)


def check_outputs(outputs, secret, token, encoding, place, scheme):
    assume(secret not in token and token not in secret)
    secrets, earlier = {secret, token}, set()

    def around(request, response):
        signature = parse_signature(request)
        own = {signature.signature} if isinstance(signature, SignatureParts) else set()
        echo = " | ".join([*map(ENCODINGS[encoding], sorted({secret, token} | own)), *sorted(earlier)])
        earlier.update(own)
        secrets.update(own)
        return PLACES[place](echo, response)

    texts = outputs(Credentials("some-id", secret, token), scheme, around)
    assert len(secrets) > 3
    encoded = {encode(value) for value in secrets for encode in ENCODINGS.values()}
    encoded |= {json.dumps(text)[1:-1] for text in encoded}
    for name, text in texts.items():
        assert [echo for echo in encoded if echo in text] == [], name
        assert [value for value in secrets if value[:_PART_LENGTH] in text or value[-_PART_LENGTH:] in text] == [], name
        decoded = b" ".join(decode_candidates(text))
        assert [value for value in secrets if value.encode() in decoded] == [], name


def decode_candidates(text):
    """Yield the bytes of every part of a text that may be hexadecimal or base64, at every alignment."""
    for match in re.findall(r"[0-9A-Fa-f]{16,}", text):
        yield from (bytes.fromhex(match[at : at + (len(match) - at) // 2 * 2]) for at in (0, 1))
    for match in re.findall(r"[A-Za-z0-9+/_-]{12,}", unquote(text).replace("\\", "")):
        plain = match.replace("-", "+").replace("_", "/")
        yield from (base64.b64decode(plain[at : at + (len(plain) - at) // 4 * 4]) for at in range(4))


def test_candidates_include_a_secret_in_every_binary_encoding():
    secret = "Zq?>~tell-nobody/++#7w"
    for name, encode in ENCODINGS.items():
        if "ase 64" in name or "hex" in name.lower():
            assert secret[2:-2].encode() in b" ".join(decode_candidates(f"so: {encode(secret)}"))


@settings(max_examples=6, phases=PHASES, suppress_health_check=list(HealthCheck))
@ECHOES
def test_no_output_contains_a_secret(outputs, secret, token, encoding, place, scheme):
    check_outputs(outputs, secret, token, encoding, place, scheme)


@pytest.mark.long
@settings(max_examples=120, phases=PHASES, suppress_health_check=list(HealthCheck))
@ECHOES
def test_no_output_contains_one_of_many_secrets(outputs, secret, token, encoding, place, scheme):
    check_outputs(outputs, secret, token, encoding, place, scheme)


@pytest.mark.parametrize("response", [
    OK + b"no colon at all\r\nContent-Length: 2\r\n\r\n{}",
    OK + b": no name\r\n\r\n{}",
    b"HTTP/1.1 200\r\n",
    OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n-2\r\n",
])  # fmt: skip
def test_the_http_library_logs_no_signature(response, caplog):
    """A signature of version 2 is part of the URL, which the library logs with a malformed response."""
    caplog.set_level(logging.DEBUG)

    def script(connection):
        connection.read_request()
        connection.send(response)

    with serve_script(script) as server:
        sender = HttpSender(f"http://{server.authority}")
        with suppress(Unreachable):
            sender.send(WireRequest("POST", "/?Signature=top-secret", (("host", server.authority),), b"a=b"), 5)
        sender.close()
    assert "top-secret" not in caplog.text
    assert "Traceback" not in caplog.text
