"""What holds for every request of a client, whatever it was asked: the wire around the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import RequestCheckContext, ScenarioCheckContext
from imagesearch_conformance.clients.checks.parameters import is_form
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.redaction import REDACTED, Redactor
from imagesearch_conformance.signing.parse import SignatureParts, Unsigned, parse_signature

#: What the operation of every contract asks for.
_METHOD, _PATH = "POST", "/"

#: What more than one performance shows, and what nobody sees once secrets are redacted.
REPLAY_REQUIREMENT, SECRET_REQUIREMENT = "authentication.replay", "secret.kept"

#: The places of a request in words.
_PLACE_NAMES = {
    "method": "the method",
    "path": "the path",
    "action": "the operation named",
    "version": "the version named",
    "header:host": "the Host header",
    "header:content-type": "the content type",
}

#: What a signature may be accused of, by the requirement that forbids it.
_SIGNATURE_DEFECTS = {
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
SIGNATURE_REQUIREMENTS = frozenset(requirement for requirement, _ in _SIGNATURE_DEFECTS.values())


def check_request(context: RequestCheckContext, exchange: Exchange) -> Iterator[CheckResult]:
    """Everything that holds for a request apart from its parameters."""
    request = exchange.request
    if not request.method:
        yield context.fail_requirement("operation.method", "what came is no HTTP request", (_METHOD,), None, "request")
        return
    yield _check_equal(context, "operation.method", request.method, _METHOD, "method")
    yield _check_path(context, request)
    yield _check_equal(context, "operation.host", request.header("host"), context.target.authority, "header:host")
    yield from _check_operation(context, request)
    yield from _check_form(context, request)
    yield from _check_signature(context, exchange)


def _check_equal(
    context: RequestCheckContext, requirement: str, actual: str | None, expected: str, where: str
) -> CheckResult:
    if actual == expected:
        return context.pass_requirement(requirement)
    said = "missing" if actual is None else repr(actual)
    return context.fail_requirement(
        requirement, f"{_PLACE_NAMES.get(where, where)} is {said}", (expected,), actual, where
    )


def _check_path(context: RequestCheckContext, request: WireRequest) -> CheckResult:
    endpoint = context.target.endpoint
    if request.path in {endpoint, f"{endpoint}{_PATH}"}:
        # What only a proxy is to be sent, and every server has to accept (RFC 9112 section 3.2.2).
        message = "the request line has the whole address, as for a proxy"
        return context.fail_requirement("operation.path", message, (_PATH,), request.path, "the path", Grade.TOLERATED)
    return _check_equal(context, "operation.path", request.path, _PATH, "path")


def _check_operation(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    protocol, sent = context.contract.protocol, parse_request(context.contract, request)
    action, version = sent.action, sent.version
    if _signature_scheme(request) is SignatureScheme.V2:
        # Its parameters travel in the query or in the form, and are signed wherever they are.
        style = protocol.call_styles[SignatureScheme.V2]
        action, version = action or sent.value(style.action), version or sent.value(style.version)
    yield _check_equal(context, "operation.action", action, protocol.action, "action")
    yield _check_equal(context, "operation.version", version, protocol.version, "version")


def _check_form(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    if request.body and not is_form(request.body):
        message = "the body is no form data"
        yield context.fail_requirement("wire.form", message, (context.contract.protocol.media_type,), None, "body")
    elif request.body:
        declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
        yield _check_equal(
            context, "wire.form", declared or None, context.contract.protocol.media_type, "header:content-type"
        )


def _check_signature(context: RequestCheckContext, exchange: Exchange) -> Iterator[CheckResult]:
    defects = context.find_defects(context.contract, context.target, exchange.request, exchange.sent_at)
    if exchange.request.path != _PATH:
        # Which path was signed cannot be told: that it is another one is the finding.
        defects -= {"body"}
    found = {_SIGNATURE_DEFECTS[name] for name in defects if name in _SIGNATURE_DEFECTS}
    for requirement, message in sorted(found):
        yield context.fail_requirement(requirement, message, (), None, _signature_place(exchange.request))
    if not found:
        yield from (context.pass_requirement(name) for name in sorted(SIGNATURE_REQUIREMENTS))


def check_token(context: ScenarioCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    """A token beside the key that the client was given has to be that key's; others may not know the whole key."""
    presented, key = parse_signature(request), context.target.credentials
    if not isinstance(presented, SignatureParts) or key is None or presented.access_key_id != key.access_key_id:
        return
    if presented.security_token and presented.security_token != key.security_token:
        message = "a security token is sent that the client was not given"
        yield context.fail_requirement("authentication.stranger", message, (), None, _signature_place(request))


def _signature_place(request: WireRequest) -> str:
    return "query" if _signature_scheme(request) is SignatureScheme.V2 else "header:authorization"


def _signature_scheme(request: WireRequest) -> SignatureScheme | None:
    """The version of a signature, as far as there is one."""
    return getattr(parse_signature(request), "scheme", None)


def signature_nonce(request: WireRequest) -> str | None:
    """The nonce of a signature, where there is a whole one."""
    presented = parse_signature(request)
    return None if isinstance(presented, Unsigned) else getattr(presented, "nonce", None)


#: What is said of a nonce that was used before, the worst first.
_NONCE_REUSE_MESSAGES = {
    Grade.DOCUMENTED: "a nonce was used before",
    Grade.TOLERATED: "a request was sent again as it was, since its connection ended without a reply",
}


def check_nonces(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """No nonce came before, in this call or in another; what redirects make of a request is not looked at."""
    found = {
        _nonce_reuse_grade(context, index): signature_nonce(one.request) for index, one in enumerate(context.exchanges)
    }
    grade = next((one for one in _NONCE_REUSE_MESSAGES if one in found), None)
    if grade is not None:
        wanted = ("a nonce of its own",)
        yield context.fail_requirement(
            REPLAY_REQUIREMENT, _NONCE_REUSE_MESSAGES[grade], wanted, found[grade], grade=grade
        )
    elif found:
        yield context.pass_requirement(REPLAY_REQUIREMENT)


def _nonce_reuse_grade(context: ScenarioCheckContext, index: int) -> Grade | None:
    """How wrong it is that a nonce was used before: libraries send again what broke down with its connection."""
    request = context.exchanges[index].request
    nonce, before = signature_nonce(request), context.exchanges[:index]
    same = [one for one in before if signature_nonce(one.request) == nonce]
    if nonce is None or (not same and nonce not in context.scenario_run.used_nonces):
        return None
    resent = all(_request_content(one.request) == _request_content(request) and not one.response.status for one in same)
    return Grade.TOLERATED if resent and nonce not in context.scenario_run.used_nonces else Grade.DOCUMENTED


def _request_content(request: WireRequest) -> tuple[str, str, bytes]:
    """What does not depend on the connection, as some headers do."""
    return request.method, request.target, request.body


def nonce_reuse_result(context: RequestCheckContext, nonce: str) -> CheckResult:
    """A nonce came before."""
    return context.fail_requirement(REPLAY_REQUIREMENT, "a nonce was used before", ("a nonce of its own",), nonce)


def check_secret(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """The secret stands nowhere."""
    texts = [text for one in context.scenario_run.all_exchanges for text in request_texts(one.request)]
    answer = context.answer
    texts += [
        str(one)
        for one in (answer.body, answer.message, answer.text, answer.code, answer.request_id)
        if one is not None
    ]
    yield check_texts_for_secret(context, texts)


def check_texts_for_secret(context: RequestCheckContext, texts: Iterable[str]) -> CheckResult:
    """The secret stands in none of the texts."""
    redactor = Redactor.for_target(context.target)
    shown = next((clean for text in texts if REDACTED in (clean := redactor.redact_text(text)) and clean != text), None)
    if shown is None:
        return context.pass_requirement(SECRET_REQUIREMENT)
    return context.fail_requirement(SECRET_REQUIREMENT, "the secret of the access key is shown", (), shown)


def request_texts(request: WireRequest) -> Iterator[str]:
    """Everything in a request that may hold a text."""
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (value for _, value in request.headers)
