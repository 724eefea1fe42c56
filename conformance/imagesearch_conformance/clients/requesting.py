"""What holds for every request of a client, whatever it was asked: the wire around the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagesearch_conformance.checks.remark import Remark
from imagesearch_conformance.checks.sent import read_sent
from imagesearch_conformance.clients.look import Look, Sight
from imagesearch_conformance.clients.parameters import is_form
from imagesearch_conformance.exchanges import REDACTED, Redactor
from imagesearch_conformance.model.exchange import Exchange
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import WireRequest
from imagesearch_conformance.signing.presented import Anonymous, Presented, present

#: What the operation of every contract asks for.
_METHOD, _PATH = "POST", "/"

#: What more than one performance shows, and what nobody sees once secrets are redacted.
REPLAY, SECRET = "authentication.replay", "secret.kept"

#: The places of a request in words.
_NAMED = {
    "method": "the method",
    "path": "the path",
    "action": "the operation named",
    "version": "the version named",
    "header:host": "the Host header",
    "header:content-type": "the content type",
}

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

#: The requirements that a signature shows.
AUTHENTICATION = frozenset(requirement for requirement, _ in _SIGNATURE.values())


def check_request(look: Sight, exchange: Exchange) -> Iterator[Remark]:
    """Everything that holds for a request apart from its parameters."""
    request = exchange.request
    if not request.method:
        yield look.departed("operation.method", "what came is no HTTP request", (_METHOD,), None, "request")
        return
    yield _equal(look, "operation.method", request.method, _METHOD, "method")
    yield _path(look, request)
    yield _equal(look, "operation.host", request.header("host"), look.target.authority, "header:host")
    yield from _operation(look, request)
    yield from _form(look, request)
    yield from _signature(look, exchange)


def _equal(look: Sight, requirement: str, actual: str | None, expected: str, where: str) -> Remark:
    if actual == expected:
        return look.held(requirement)
    said = "missing" if actual is None else repr(actual)
    return look.departed(requirement, f"{_NAMED.get(where, where)} is {said}", (expected,), actual, where)


def _path(look: Sight, request: WireRequest) -> Remark:
    endpoint = look.target.endpoint
    if request.path in {endpoint, f"{endpoint}{_PATH}"}:
        # What only a proxy is to be sent, and every server has to accept (RFC 9112 section 3.2.2).
        message = "the request line has the whole address, as for a proxy"
        return look.departed("operation.path", message, (_PATH,), request.path, "the path", Grade.TOLERATED)
    return _equal(look, "operation.path", request.path, _PATH, "path")


def _operation(look: Sight, request: WireRequest) -> Iterator[Remark]:
    protocol, sent = look.contract.protocol, read_sent(look.contract, request)
    action, version = sent.action, sent.version
    if _scheme(request) is SignatureScheme.V2:
        # Its parameters travel in the query or in the form, and are signed wherever they are.
        style = protocol.styles[SignatureScheme.V2]
        action, version = action or sent.value(style.action), version or sent.value(style.version)
    yield _equal(look, "operation.action", action, protocol.action, "action")
    yield _equal(look, "operation.version", version, protocol.version, "version")


def _form(look: Sight, request: WireRequest) -> Iterator[Remark]:
    if request.body and not is_form(request.body):
        message = "the body is no form data"
        yield look.departed("wire.form", message, (look.contract.protocol.media_type,), None, "body")
    elif request.body:
        declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
        yield _equal(look, "wire.form", declared or None, look.contract.protocol.media_type, "header:content-type")


def _signature(look: Sight, exchange: Exchange) -> Iterator[Remark]:
    defects = look.defects(look.contract, look.target, exchange.request, exchange.sent_at)
    if exchange.request.path != _PATH:
        # Which path was signed cannot be told: that it is another one is the finding.
        defects -= {"body"}
    found = {_SIGNATURE[name] for name in defects if name in _SIGNATURE}
    for requirement, message in sorted(found):
        yield look.departed(requirement, message, (), None, _place(exchange.request))
    if not found:
        yield from (look.held(name) for name in sorted(AUTHENTICATION))


def check_token(look: Look, request: WireRequest) -> Iterator[Remark]:
    """A token beside the key that the client was given has to be that key's; others may not know the whole key."""
    presented, key = present(request), look.target.credentials
    if not isinstance(presented, Presented) or key is None or presented.access_key_id != key.access_key_id:
        return
    if presented.security_token and presented.security_token != key.security_token:
        message = "a security token is sent that the client was not given"
        yield look.departed("authentication.stranger", message, (), None, _place(request))


def _place(request: WireRequest) -> str:
    return "query" if _scheme(request) is SignatureScheme.V2 else "header:authorization"


def _scheme(request: WireRequest) -> SignatureScheme | None:
    """The version of a signature, as far as there is one."""
    return getattr(present(request), "scheme", None)


def nonce_of(request: WireRequest) -> str | None:
    """The nonce of a signature, where there is a whole one."""
    presented = present(request)
    return None if isinstance(presented, Anonymous) else getattr(presented, "nonce", None)


#: What is said of a nonce that was used before, the worst first.
_REUSED = {
    Grade.DOCUMENTED: "a nonce was used before",
    Grade.TOLERATED: "a request was sent again as it was, since its connection ended without a reply",
}


def check_nonces(look: Look) -> Iterator[Remark]:
    """No nonce came before, in this call or in another; what redirects make of a request is not looked at."""
    found = {_reused(look, index): nonce_of(one.request) for index, one in enumerate(look.exchanges)}
    grade = next((one for one in _REUSED if one in found), None)
    if grade is not None:
        wanted = ("a nonce of its own",)
        yield look.departed(REPLAY, _REUSED[grade], wanted, found[grade], grade=grade)
    elif found:
        yield look.held(REPLAY)


def _reused(look: Look, index: int) -> Grade | None:
    """How wrong it is that a nonce was used before: libraries send again what broke down with its connection."""
    request = look.exchanges[index].request
    nonce, before = nonce_of(request), look.exchanges[:index]
    same = [one for one in before if nonce_of(one.request) == nonce]
    if nonce is None or (not same and nonce not in look.performance.used):
        return None
    resent = all(_said(one.request) == _said(request) and not one.reply.status for one in same)
    return Grade.TOLERATED if resent and nonce not in look.performance.used else Grade.DOCUMENTED


def _said(request: WireRequest) -> tuple[str, str, bytes]:
    """What does not depend on the connection, as some headers do."""
    return request.method, request.target, request.body


def replayed(look: Sight, nonce: str) -> Remark:
    """A nonce came before."""
    return look.departed(REPLAY, "a nonce was used before", ("a nonce of its own",), nonce)


def check_secret(look: Look) -> Iterator[Remark]:
    """The secret stands nowhere."""
    texts = [text for one in look.performance.everything for text in texts_of(one.request)]
    answer = look.answer
    texts += [
        str(one)
        for one in (answer.body, answer.message, answer.text, answer.code, answer.request_id)
        if one is not None
    ]
    yield unshown(look, texts)


def unshown(look: Sight, texts: Iterable[str]) -> Remark:
    """The secret stands in none of the texts."""
    redactor = Redactor.of(look.target)
    shown = next((clean for text in texts if REDACTED in (clean := redactor.text(text)) and clean != text), None)
    if shown is None:
        return look.held(SECRET)
    return look.departed(SECRET, "the secret of the access key is shown", (), shown)


def texts_of(request: WireRequest) -> Iterator[str]:
    """Everything in a request that may hold a text."""
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (value for _, value in request.headers)
