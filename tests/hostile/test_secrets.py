"""Whatever an endpoint throws back at us, wherever it stands and however it is written: no output holds a secret."""

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
from .talking import talking

#: Keys as a profile may hold them, such that none is found by chance.
KEYS = st.text("".join(map(chr, range(0x21, 0x7F))), min_size=12, max_size=36).map("Zq{}#7w".format)

SIGNING = ("authorization", "x-acs-security-token", "x-acs-signature", "x-acs-date", "x-acs-content")


def _in_base64(text, before, special=b"+/"):
    """A text in base 64 with so many octets before it and some behind."""
    return base64.b64encode(b"?!:"[:before] + text.encode() + b"~?"[:before], special).decode()


#: How an endpoint may write down what it was sent.
NOTATIONS = {
    "as it is": lambda text: text,
    "form": quote_plus,
    "url": lambda text: quote(text, safe=""),
    "every octet": lambda text: "".join(f"%{ord(char):02x}" for char in text),
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

#: Where it may stand: given the echo and the emulator's own reply.
PLACES = {
    "a header": lambda echo, reply: evolve(reply, headers=(*reply.headers, ("X-Debug", echo))),
    "the name of a header": lambda echo, reply: evolve(reply, headers=(*reply.headers, (f"X-{echo}", "1"))),
    "the content type": lambda echo, reply: evolve(reply, headers=(("Content-Type", f"application/json; x={echo}"),)),
    "a cookie": lambda echo, reply: evolve(reply, headers=(*reply.headers, ("Set-Cookie", f"a={echo}; Path=/"))),
    "the body": lambda echo, reply: evolve(reply, body=f"we got {echo}".encode()),
    "a body that is no text": lambda echo, reply: evolve(reply, body=b"\xff\x00" + echo.encode() + b"\xff"),
    "a body that is cut": lambda echo, reply: evolve(reply, body=b"x" * 170 + echo.encode() + b"x" * 5000),
    "a refusal": lambda echo, reply: _with(reply, {"Code": "Nope", "Message": f"bad signature {echo}"}, status=400),
    "a code": lambda echo, reply: _with(reply, {"Code": echo, "Message": "x"}, status=400),
    "a field": lambda echo, reply: _with(reply, {"Msg": echo, "RequestId": echo}),
    "a name": lambda echo, reply: _with(reply, {echo: echo}),
    "deep": lambda echo, reply: _with(reply, {"Head": {"DocsFound": [{"a": [echo, {echo: echo}]}]}}),
    "entries": lambda echo, reply: _with(reply, {"Auctions": [{"ProductId": echo, "PicName": echo, "Score": echo}]}),
    "field after field": lambda echo, reply: _with(reply, {"Msg": "Signature=", "Recommend": echo, "Region": echo}),
    "far behind": lambda echo, reply: _with(reply, {"Msg": "x" * 4090 + echo, "Recommend": "y" * 65_500 + echo}),
}  # fmt: skip


def _with(reply, fields, status=None):
    whole = json.loads(reply.body) | fields
    return evolve(reply, body=json.dumps(whole).encode(), status=status or reply.status)


@pytest.fixture(scope="session")
def outputs(bench, contract, store):
    """Everything that a run says and writes, whose every reply is changed by a function of request and reply."""
    emulator = Emulator(contract, EmulatorSettings(qps=None, signature="optional"), store=store)

    def of(credentials, scheme, around):
        def unsigned(request, answer):
            kept = tuple(pair for pair in request.headers if not pair[0].lower().startswith(SIGNING))
            query = "&".join(part for part in request.query.split("&") if part.startswith(("Action=", "Version=")))
            return around(request, answer(evolve(request, headers=kept).with_query(query)))

        made = evolve(
            bench(adapt=lambda target: evolve(target, credentials=credentials, signature=scheme)),
            emulator=emulator, around=unsigned,
        )  # fmt: skip
        record = made.record(select=["num.maximum"])
        report, said = build_report(record), io.StringIO()
        with redirect_stdout(said):
            Console(quiet=False, verbose=True).show_results(report, [Path("report.json")], "again")
        return {"terminal": said.getvalue(), **{name: form(report) for name, form in RENDERERS.items()}}

    return of


#: So much of the beginning or of the end of a secret is as bad as the whole.
_TELLING = 14

PHASES = [Phase.explicit, Phase.generate]
ECHOES = given(
    secret=KEYS,
    token=KEYS,
    notation=st.sampled_from(sorted(NOTATIONS)),
    place=st.sampled_from(sorted(PLACES)),
    scheme=st.sampled_from([SignatureScheme.V3, SignatureScheme.V2]),
)


def look(outputs, secret, token, notation, place, scheme):
    assume(secret not in token and token not in secret)
    known, earlier = {secret, token}, set()

    def around(request, reply):
        shown = parse_signature(request)
        own = {shown.signature} if isinstance(shown, SignatureParts) else set()
        echo = " | ".join([*map(NOTATIONS[notation], sorted({secret, token} | own)), *sorted(earlier)])
        earlier.update(own)
        known.update(own)
        return PLACES[place](echo, reply)

    made = outputs(Credentials("some-id", secret, token), scheme, around)
    assert len(known) > 3
    written = {(way(one), one) for one in known for way in NOTATIONS.values()}
    written |= {(json.dumps(form)[1:-1], one) for form, one in written}
    for name, text in made.items():
        assert [form for form, _ in written if form in text] == [], name
        assert [one for one in known if one[:_TELLING] in text or one[-_TELLING:] in text] == [], name
        decoded = b" ".join(unpacked(text))
        assert [one for one in known if one.encode() in decoded] == [], name


def unpacked(text):
    """What every stretch of a text stands for that might be hexadecimal or base 64, wherever that began."""
    for found in re.findall(r"[0-9A-Fa-f]{16,}", text):
        yield from (bytes.fromhex(found[at : at + (len(found) - at) // 2 * 2]) for at in (0, 1))
    for found in re.findall(r"[A-Za-z0-9+/_-]{12,}", unquote(text).replace("\\", "")):
        plain = found.replace("-", "+").replace("_", "/")
        yield from (base64.b64decode(plain[at : at + (len(plain) - at) // 4 * 4]) for at in range(4))


def test_what_is_unpacked_shows_a_secret_in_every_notation_of_octets():
    secret = "Zq?>~tell-nobody/++#7w"
    for name, written in NOTATIONS.items():
        if "ase 64" in name or "hex" in name.lower():
            assert secret[2:-2].encode() in b" ".join(unpacked(f"so: {written(secret)}"))


@settings(max_examples=6, phases=PHASES, suppress_health_check=list(HealthCheck))
@ECHOES
def test_no_output_holds_a_secret(outputs, secret, token, notation, place, scheme):
    look(outputs, secret, token, notation, place, scheme)


@pytest.mark.long
@settings(max_examples=120, phases=PHASES, suppress_health_check=list(HealthCheck))
@ECHOES
def test_no_output_holds_a_secret_of_many(outputs, secret, token, notation, place, scheme):
    look(outputs, secret, token, notation, place, scheme)


@pytest.mark.parametrize("reply", [
    OK + b"no colon at all\r\nContent-Length: 2\r\n\r\n{}",
    OK + b": no name\r\n\r\n{}",
    b"HTTP/1.1 200\r\n",
    OK + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n-2\r\n",
])  # fmt: skip
def test_the_library_below_logs_nothing_of_our_exchanges(reply, caplog):
    """A signature of version 2 stands in the URL, which the library logs, above all when a reply is malformed."""
    caplog.set_level(logging.DEBUG)

    def script(talk):
        talk.request()
        talk.send(reply)

    with talking(script) as server:
        sender = HttpSender(f"http://{server.authority}")
        with suppress(Unreachable):
            sender.send(WireRequest("POST", "/?Signature=top-secret", (("host", server.authority),), b"a=b"), 5)
        sender.close()
    assert "top-secret" not in caplog.text
    assert "Traceback" not in caplog.text
