"""Checks of the requests of a client: wire format, signature, nonces, secrets, retries and redirects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve

from imagesearch_conformance.checks.parsed_request import parse_request
from imagesearch_conformance.checks.parsed_response import ResponseKind
from imagesearch_conformance.checks.result import CheckResult
from imagesearch_conformance.clients.checks.context import RequestCheckContext, ScenarioCheckContext
from imagesearch_conformance.clients.checks.parameters import check_parameters, is_form
from imagesearch_conformance.model.expectation import Grade
from imagesearch_conformance.model.target import SignatureScheme
from imagesearch_conformance.model.wire import Exchange, WireRequest
from imagesearch_conformance.redaction import REDACTED, Redactor
from imagesearch_conformance.signing.encoding import parse_form
from imagesearch_conformance.signing.parse import SignatureParts, Unsigned, parse_signature

#: The method and path of the operation.
_METHOD, _PATH = "POST", "/"

#: A requirement that several scenario runs show together, and one that redacted requests do not show.
REPLAY_REQUIREMENT, SECRET_REQUIREMENT = "authentication.replay", "secret.kept"

#: The places of a request in words.
_PLACE_NAMES = {
    "method": "the method",
    "path": "the path",
    "action": "the operation",
    "version": "the version",
    "header:host": "the Host header",
    "header:content-type": "the content type",
}

#: The requirement that each defect of a signature violates, and the message of the finding.
_SIGNATURE_DEFECTS = {
    "unsigned": ("authentication.unsigned", "the request is not signed"),
    "incomplete": ("authentication.unsigned", "a part of the signature is missing"),
    "malformed": ("authentication.malformed", "invalid format of the signing time"),
    "expired": ("authentication.skew", "the signing time is too far in the past"),
    "future": ("authentication.skew", "the signing time is too far in the future"),
    "stranger": ("authentication.stranger", "unexpected access key"),
    "body": ("authentication.signature", "the signature does not match the bytes sent"),
    "unsigned-header": ("authentication.unsigned-header", "the signature does not cover a required header"),
}

#: The requirements that a signature exercises.
SIGNATURE_REQUIREMENTS = frozenset(requirement for requirement, _ in _SIGNATURE_DEFECTS.values())

#: Messages about a repeated nonce, the worst first.
_NONCE_REUSE_MESSAGES = {
    Grade.DOCUMENTED: "a nonce was used before",
    Grade.TOLERATED: "a request was resent unchanged after its connection ended without a response",
}

#: The lowest statuses of client errors and of server errors (RFC 9110 section 15).
_CLIENT_ERRORS, _SERVER_ERRORS = 400, 500


def check_requests(
    context: RequestCheckContext,
    exchanges: Sequence[Exchange],
    *,
    earlier: Sequence[Exchange] = (),
    used_nonces: frozenset[str] = frozenset(),
) -> Iterator[CheckResult]:
    """Check requests one by one, then their nonces.

    `earlier` are exchanges with the same nonce, `used_nonces` the nonces of any other earlier requests.
    """
    for index, exchange in enumerate(exchanges, context.index):
        yield from _check_request(evolve(context, index=index), exchange)
    yield from _check_nonces(context, (*earlier, *exchanges), used_nonces)


def _check_request(context: RequestCheckContext, exchange: Exchange) -> Iterator[CheckResult]:
    request = exchange.request
    if not request.method:
        message = "the input is not an HTTP request"
        yield context.fail_requirement("operation.method", message, (_METHOD,), None, "request")
        return
    yield _check_equal(context, "operation.method", request.method, _METHOD, "method")
    yield _check_path(context, request)
    yield _check_equal(context, "operation.host", request.header("host"), context.target.authority, "header:host")
    yield from _check_operation(context, request)
    if request.body:
        yield _check_form(context, request)
    yield from _check_signature(context, exchange)
    if context.arguments is not None:
        yield from _check_token(context, request)
    yield from check_parameters(context, request)


def _check_equal(
    context: RequestCheckContext, requirement: str, actual: str | None, expected: str, where: str
) -> CheckResult:
    if actual == expected:
        return context.pass_requirement(requirement)
    message = f"{_PLACE_NAMES[where]} is {'missing' if actual is None else repr(actual)}"
    return context.fail_requirement(requirement, message, (expected,), actual, where)


def _check_path(context: RequestCheckContext, request: WireRequest) -> CheckResult:
    endpoint = context.target.endpoint
    if request.path in {endpoint, f"{endpoint}{_PATH}"}:
        # Meant for proxies, but every server has to accept it (RFC 9112 section 3.2.2).
        message = "the request target is an absolute URI, as for a proxy"
        return context.fail_requirement("operation.path", message, (_PATH,), request.path, "the path", Grade.TOLERATED)
    return _check_equal(context, "operation.path", request.path, _PATH, "path")


def _check_operation(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    protocol, parsed = context.contract.protocol, parse_request(context.contract, request)
    action, version = parsed.action, parsed.version
    if _signature_scheme(request) is SignatureScheme.V2:
        # V2 sends and signs its parameters in the query or in the form.
        style = protocol.call_styles[SignatureScheme.V2]
        action, version = action or parsed.value(style.action), version or parsed.value(style.version)
    yield _check_equal(context, "operation.action", action, protocol.action, "action")
    yield _check_equal(context, "operation.version", version, protocol.version, "version")


def _check_form(context: RequestCheckContext, request: WireRequest) -> CheckResult:
    media_type = context.contract.protocol.media_type
    if not is_form(request.body):
        return context.fail_requirement("wire.form", "the body is not form data", (media_type,), None, "body")
    declared = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return _check_equal(context, "wire.form", declared or None, media_type, "header:content-type")


def _check_signature(context: RequestCheckContext, exchange: Exchange) -> Iterator[CheckResult]:
    defects = context.find_defects(context.contract, context.target, exchange.request, exchange.sent_at)
    if exchange.request.path != _PATH:
        # The client may have signed this path or "/"; the wrong path is the finding.
        defects -= {"body"}
    violations = {_SIGNATURE_DEFECTS[defect] for defect in defects if defect in _SIGNATURE_DEFECTS}
    for requirement, message in sorted(violations):
        yield context.fail_requirement(requirement, message, (), None, _signature_place(exchange.request))
    if not violations:
        yield from map(context.pass_requirement, sorted(SIGNATURE_REQUIREMENTS))


def _check_token(context: RequestCheckContext, request: WireRequest) -> Iterator[CheckResult]:
    """Check that a security token beside the client's own key belongs to that key."""
    signature, credentials = parse_signature(request), context.target.credentials
    if (
        not isinstance(signature, SignatureParts)
        or credentials is None
        or signature.access_key_id != credentials.access_key_id
    ):
        return
    if signature.security_token and signature.security_token != credentials.security_token:
        message = "the client sent a security token that it was not given"
        yield context.fail_requirement("authentication.stranger", message, (), None, _signature_place(request))


def _signature_place(request: WireRequest) -> str:
    return "query" if _signature_scheme(request) is SignatureScheme.V2 else "header:authorization"


def _signature_scheme(request: WireRequest) -> SignatureScheme | None:
    return getattr(parse_signature(request), "scheme", None)


def signature_nonce(request: WireRequest) -> str | None:
    """Return the nonce of a complete signature."""
    signature = parse_signature(request)
    return None if isinstance(signature, Unsigned) else getattr(signature, "nonce", None)


def _check_nonces(
    context: RequestCheckContext, exchanges: Sequence[Exchange], used_nonces: frozenset[str]
) -> Iterator[CheckResult]:
    nonces = {
        _nonce_reuse_grade(exchanges, index, used_nonces): signature_nonce(exchange.request)
        for index, exchange in enumerate(exchanges)
    }
    for grade, message in _NONCE_REUSE_MESSAGES.items():
        if grade in nonces:
            expected = ("a nonce of its own",)
            yield context.fail_requirement(REPLAY_REQUIREMENT, message, expected, nonces[grade], grade=grade)
            return
    if nonces:
        yield context.pass_requirement(REPLAY_REQUIREMENT)


def _nonce_reuse_grade(exchanges: Sequence[Exchange], index: int, used_nonces: frozenset[str]) -> Grade | None:
    """Return the grade of a repeated nonce: HTTP libraries resend a request when its connection breaks."""
    request = exchanges[index].request
    nonce = signature_nonce(request)
    same = [exchange for exchange in exchanges[:index] if signature_nonce(exchange.request) == nonce]
    if nonce is None or (not same and nonce not in used_nonces):
        return None
    is_resent = all(
        _request_content(exchange.request) == _request_content(request) and not exchange.response.status
        for exchange in same
    )
    return Grade.TOLERATED if is_resent and nonce not in used_nonces else Grade.DOCUMENTED


def _request_content(request: WireRequest) -> tuple[str, str, bytes]:
    """Return the parts of a request that do not depend on its connection, as some headers do."""
    return request.method, request.target, request.body


def check_secret(context: RequestCheckContext, exchanges: Iterable[Exchange], texts: Iterable[str] = ()) -> CheckResult:
    """Check that neither the requests nor any of the texts contain the secret of the access key."""
    redactor = Redactor.for_target(context.target)
    for text in (*(text for exchange in exchanges for text in _request_texts(exchange.request)), *texts):
        redacted = redactor.redact_text(text)
        if REDACTED in redacted and redacted != text:
            message = "the secret of the access key was disclosed"
            return context.fail_requirement(SECRET_REQUIREMENT, message, (), redacted)
    return context.pass_requirement(SECRET_REQUIREMENT)


def _request_texts(request: WireRequest) -> Iterator[str]:
    yield request.target
    yield request.body.decode("utf-8", "replace")
    yield from (value for _, value in request.headers)


def check_retries(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """Check the number of requests of one call against the limit for its last response."""
    count = len(context.scenario_run.exchanges)
    if not count or context.scenario.follows_redirects:
        return
    requirement, limit = _request_limit(context)
    if count <= limit:
        yield context.pass_requirement(requirement)
    else:
        expected = "one request" if limit == 1 else f"at most {limit} requests"
        yield context.fail_requirement(requirement, f"one call made {count} requests", (expected,), count)


def _request_limit(context: ScenarioCheckContext) -> tuple[str, int]:
    """Return the requirement that limits the requests of a call, and the limit."""
    rules, response = context.contract.protocol.client_rules, context.response
    if response is None or response.kind is ResponseKind.UNREADABLE:
        return "retry.failure", rules.max_attempts
    if response.kind is ResponseKind.SUCCESS:
        return "request.once", 1
    if context.contract.errors.is_rate_limit(response.error_code):
        return "retry.throttled", rules.max_attempts
    is_client_error = _CLIENT_ERRORS <= response.wire.status < _SERVER_ERRORS
    if response.error_code in rules.transient_codes or not is_client_error:
        return "retry.failure", rules.max_attempts
    return "retry.refusal", 1


def check_redirect(context: ScenarioCheckContext) -> Iterator[CheckResult]:
    """Check that requests to the other host carry no credentials."""
    exchanges = context.scenario_run.other_exchanges
    for index, exchange in enumerate(exchanges, len(context.scenario_run.exchanges)):
        names = sorted(_credential_names(context, exchange.request))
        if names:
            message = "the client sent credentials to another host"
            yield from evolve(context, index=index).fail_all(message, ("none",), names)
            return


def _credential_names(context: ScenarioCheckContext, request: WireRequest) -> Iterator[str]:
    rules = context.contract.protocol.client_rules
    yield from (name for name, _ in request.headers if name.lower() in rules.credential_headers)
    for raw in (request.query, request.body):
        yield from (name for name, value in parse_form(raw) if name in rules.credential_parameters and value)
