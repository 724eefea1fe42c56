"""Clients that retry too often, accept invalid responses, hang or end."""

import http.client
import sys
import time
from urllib.parse import urlsplit

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .client import Client, HttpResponse, defect

#: How long those are waited for that hang, in seconds, and longer.
_SHORT_TIMEOUT, _LONG_WAIT = 1.0, 1.5


class RetryingClient(Client):
    """Retries, up to a number of attempts."""

    max_attempts = 2

    def should_retry(self, _):
        return False

    def exchange(self, parameters):
        for _ in range(self.max_attempts):
            response = self.send(self.build_request(parameters))
            if not self.should_retry(response):
                break
        return response


@defect("request.once", side_effects=("retry.refusal",))
class SendsAllTwice(RetryingClient):
    """Sends every call twice."""

    def should_retry(self, _):
        return True


@defect("retry.refusal", only_warns=True)
class RetriesRefusals(RetryingClient):
    """Retries after an error that blames the request."""

    def should_retry(self, response):
        return 400 <= response.status < 500


@defect("retry.failure", only_warns=True, scenarios=("error.AccessEngineFailed.status",))
class RetriesFailures(RetryingClient):
    """Retries many times when the service fails."""

    max_attempts = 15

    def should_retry(self, response):
        return response.status >= 500 and response.content.startswith(b"{")


@defect("retry.failure", only_warns=True, scenarios=("malformed.html/502",))
class RetriesPages(RetryingClient):
    """Retries many times when a gateway responds with HTML."""

    max_attempts = 15

    def should_retry(self, response):
        return response.status >= 500 and response.content.startswith(b"<")


@defect("retry.failure", only_warns=True, scenarios=("network.dropped/closed", "network.broken/closed"))
class RetriesBrokenConnections(Client):
    """Retries many times when the connection breaks."""

    def exchange(self, parameters):
        for _ in range(14):
            try:
                return self.send(self.build_request(parameters))
            except (OSError, http.client.HTTPException):
                continue
        return self.send(self.build_request(parameters))


@defect("retry.throttled", only_warns=True, scenarios=("error.gateway/Throttling*",))
class RetriesThrottling(RetryingClient):
    """Retries many times when it is rate-limited."""

    max_attempts = 15

    def should_retry(self, response):
        return b"Throttling" in response.content


class LenientClient(Client):
    """Returns an empty success for unreadable responses."""

    def is_accepted(self, _content, _error):
        return False

    def parse_body(self, content):
        try:
            return super().parse_body(content)
        except plain.UnreadableResponse as error:
            if not self.is_accepted(content, error):
                raise
            return {}


@defect("malformed.html", only_warns=True)
class BelievesPages(LenientClient):
    """Returns an empty success for HTML."""

    def is_accepted(self, content, _):
        return content.startswith(b"<")


@defect("malformed.truncated", only_warns=True, scenarios=("malformed.truncated", "network.broken"))
class BelievesHalves(LenientClient):
    """Returns an empty success for truncated JSON."""

    def is_accepted(self, content, _):
        return content.startswith(b"{")


@defect("malformed.empty", only_warns=True, scenarios=("malformed.empty",))
class BelievesNothing(LenientClient):
    """Returns an empty success for an empty body."""

    def is_accepted(self, content, _):
        return not content


@defect("malformed.other", only_warns=True, scenarios=("malformed.other",))
class BelievesAnyJson(LenientClient):
    """Returns an empty success for JSON that is not an object."""

    def is_accepted(self, _, error):
        return "expected a JSON object" in str(error)


@defect("malformed.bom", only_warns=True)
class BelievesMarks(LenientClient):
    """Returns an empty success for a response with a byte order mark."""

    def is_accepted(self, content, _):
        return content.startswith(b"\xef\xbb\xbf")


@defect("malformed.contenttype", only_warns=True, scenarios=("malformed.contenttype",))
class BelievesDeclarations(Client):
    """Returns an empty success for JSON declared as another type."""

    def send(self, request, host=None):
        response = super().send(request, host)
        is_undeclared = "json" not in response.content_type and response.content.startswith(b"{")
        return evolve(response, content=b"{}") if is_undeclared else response


@defect("redirect.credentials", only_warns=True, scenarios=("redirect.credentials",))
class FollowsAnywhere(Client):
    """Follows redirects to other hosts with its credentials."""

    def send(self, request, host=None):
        response = super().send(request, host)
        host = urlsplit(response.location or "").netloc
        return super().send(request, host) if host and host != self.host else response


@defect("redirect.endless", only_warns=True, scenarios=("redirect.endless",), timeout=_SHORT_TIMEOUT)
class FollowsForever(Client):
    """Follows redirects without end, then hangs."""

    def send(self, request, host=None):
        response = super().send(request, host)
        for _ in range(20):
            if response.location is None or urlsplit(response.location).netloc != self.host:
                return response
            response = super().send(request)
        time.sleep(_LONG_WAIT)
        return response


@defect("network.dropped", only_warns=True, scenarios=("network.dropped",))
class BelievesSilence(Client):
    """Returns an empty success when the connection is dropped."""

    def send(self, request, host=None):
        try:
            return super().send(request, host)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return HttpResponse(200, None, b'{"Auctions": []}')


@defect("network.broken", only_warns=True, scenarios=("network.broken",))
class BelievesBeginnings(Client):
    """Returns an empty success for a response that is cut off."""

    def send(self, request, host=None):
        try:
            return super().send(request, host)
        except http.client.IncompleteRead:
            return HttpResponse(200, None, b'{"Auctions": []}')


@defect("network.slow", only_warns=True, scenarios=("network.slow",))
class IsImpatient(Client):
    """Gives up when a response is slow."""

    def send(self, request, host=None):
        response = super().send(request, host)
        if response.seconds > 0.3:
            raise plain.UnreadableResponse("no response in time")
        return response


@defect("process.robust", only_warns=True)
class EndsOnNonsense(Client):
    """Ends its process on an unreadable response."""

    def parse_body(self, content):
        try:
            return super().parse_body(content)
        except plain.UnreadableResponse:
            sys.exit(1)


@defect("process.survives")
class EndsOnNothing(Client):
    """Ends its process when there are no results."""

    def build_result(self, status, body):
        return (status, body) if body.get("Auctions") else sys.exit(1)


@defect("process.survives", timeout=_SHORT_TIMEOUT, scenarios=("error.unknown",))
class HangsOnUnknownCodes(Client):
    """Hangs on an unknown code."""

    def build_error(self, error):
        if error.code.startswith("Nobody"):
            time.sleep(_LONG_WAIT)
        return super().build_error(error)


@defect("process.survives", ends_run=True)
class EndsAtOnce(Client):
    """Ends its process on every call."""

    def call(self, _):
        sys.exit(1)


@defect("adapter.answers", ends_run=True)
class AnswersNonsense(Client):
    """Returns an invalid answer."""

    def build_result(self, *_):
        return "fine"
