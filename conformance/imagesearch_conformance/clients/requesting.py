"""What holds for every request of a client, whatever it was asked: the wire around the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.checks.sent import Sent, read_sent
from imagesearch_conformance.checks.signature import signature_defects
from imagesearch_conformance.clients.look import Look, Sight
from imagesearch_conformance.exchanges import REDACTED, Redactor
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.presented import Anonymous, present

#: What the operation of every contract asks for.
_METHOD, _PATH = "POST", "/"

#: What a signature may be accused of, by the requirement that forbids it.
_SIGNATURE = {
    "unsigned": ("authentication.unsigned", "the request is not signed"),
    "incomplete": ("authentication.unsigned", "a part of the signature is missing"),
    "malformed": ("authentication.malformed", "the time of signing has another form"),
    "expired": ("authentication.skew", "the time of signing lies too far back"),
    "future": ("authentication.skew", "the time of signing lies too far ahead"),
    "stranger": ("authentication.stranger", "the access key is another one"),
    "body": ("authentication.signature", "the signature does not fit the bytes sent"),
    "unsigned-header": ("authentication.unsigned-header", "the signature leaves a header out"),
}

_AUTHENTICATION = frozenset(requirement for requirement, _ in _SIGNATURE.values())


def check_request(look: Sight, exchange: Exchange) -> Iterator[Remark]:
    """Everything that holds for a request apart from its parameters."""
    request = exchange.request
    if not request.method:
        yield look.departed("operation.method", "what came is no HTTP request", (_METHOD,), None, "request")
        return
    yield _equal(look, "operation.method", request.method, _METHOD, "the method")
    yield _equal(look, "operation.path", request.path, _PATH, "the path")
    yield _equal(look, "operation.host", request.header("host"), look.target.authority, "header:host")
    yield from _operation(look, read_sent(look.contract, request))
    yield from _form(look, request)
    yield from _signature(look, exchange)


def _equal(look: Sight, requirement: str, actual: str | None, expected: str, where: str) -> Remark:
    if actual == expected:
        return look.held(requirement)
    said = "missing" if actual is None else repr(actual)
    return look.departed(requirement, f"{where.removeprefix('header:')} is {said}", (expected,), actual, where)


def _operation(look: Sight, sent: Sent) -> Iterator[Remark]:
    protocol = look.contract.protocol
    yield _equal(look, "operation.action", sent.action, protocol.action, "the operation named")
    yield _equal(look, "operation.version", sent.version, protocol.version, "the version named")


def _form(look: Sight, request: WireRequest) -> Iterator[Remark]:
    if request.body:
        declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
        yield _equal(look, "wire.form", declared or None, look.contract.protocol.media_type, "header:content-type")


def _signature(look: Sight, exchange: Exchange) -> Iterator[Remark]:
    defects = signature_defects(look.contract, look.target, exchange.request, exchange.sent_at)
    found = {_SIGNATURE[name] for name in defects if name in _SIGNATURE}
    for requirement, message in sorted(found):
        yield look.departed(requirement, message, (), None, _place(exchange.request))
    if not found:
        yield from (look.held(name) for name in sorted(_AUTHENTICATION))


def _place(request: WireRequest) -> str:
    scheme = getattr(present(request), "scheme", SignatureScheme.V3)
    return "header:authorization" if scheme is SignatureScheme.V3 else "query"


def nonce_of(request: WireRequest) -> str | None:
    """The nonce of a signature, where there is a whole one."""
    presented = present(request)
    return None if isinstance(presented, Anonymous) else getattr(presented, "nonce", None)


def check_nonces(look: Look) -> Iterator[Remark]:
    """No nonce came before, in this call or in another; whoever follows a redirect sends the same request again."""
    used = set(look.performance.used)
    for one in look.exchanges:
        nonce = nonce_of(one.request)
        if nonce is not None and nonce in used:
            yield replayed(look, nonce)
            return
        used.add(nonce or "")
    if look.exchanges:
        yield look.held("authentication.replay")


def replayed(look: Sight, nonce: str) -> Remark:
    """A nonce came before."""
    return look.departed("authentication.replay", "a nonce was used before", ("a nonce of its own",), nonce)


def check_secret(look: Look) -> Iterator[Remark]:
    """The secret stands nowhere."""
    texts = [text for one in look.performance.everything for text in texts_of(one.request)]
    answer = look.answer
    texts += [str(one) for one in (answer.body, answer.message, answer.text, answer.code) if one is not None]
    yield unshown(look, texts)


def unshown(look: Sight, texts: Iterable[str]) -> Remark:
    """The secret stands in none of the texts."""
    redactor = Redactor.of(look.target)
    shown = next((clean for text in texts if REDACTED in (clean := redactor.text(text)) and clean != text), None)
    if shown is None:
        return look.held("secret.kept")
    return look.departed("secret.kept", "the secret of the access key is shown", (), shown)


def texts_of(request: WireRequest) -> Iterator[str]:
    """Everything in a request that may hold a text."""
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (value for _, value in request.headers)
