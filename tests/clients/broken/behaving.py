"""Clients that lose their countenance: they try too often, believe too much, or end."""

import http.client
import sys
import time
from urllib.parse import urlsplit

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .steps import Client, Reply, defect

#: How long those are waited for that hang, in seconds, and longer.
_HASTE, _FOREVER = 1.0, 1.5


class Trying(Client):
    """Tries again, so many times in all."""

    most = 2

    def again(self, _):
        return False

    def tried(self, asked):
        for _ in range(self.most):
            reply = self.sent(self.message(asked))
            if not self.again(reply):
                break
        return reply


@defect("request.once", also=("retry.refusal",))
class SendsAllTwice(Trying):
    """Sends every call twice."""

    def again(self, _):
        return True


@defect("retry.refusal", warns=True)
class RetriesRefusals(Trying):
    """Tries again what was refused for what it says."""

    def again(self, reply):
        return 400 <= reply.status < 500


@defect("retry.failure", warns=True, plays=("error.AccessEngineFailed.status",))
class RetriesFailures(Trying):
    """Tries again and again when the service fails; here it ends somewhere."""

    most = 15

    def again(self, reply):
        return reply.status >= 500 and reply.content.startswith(b"{")


@defect("retry.failure", warns=True, plays=("malformed.html/502",))
class RetriesPages(Trying):
    """Tries again and again while a gateway answers with a page; here it ends somewhere."""

    most = 15

    def again(self, reply):
        return reply.status >= 500 and reply.content.startswith(b"<")


@defect("retry.failure", warns=True, plays=("network.dropped/closed", "network.broken/closed"))
class RetriesBrokenConnections(Client):
    """Tries again and again when the connection breaks; here it ends somewhere."""

    def tried(self, asked):
        for _ in range(14):
            try:
                return self.sent(self.message(asked))
            except (OSError, http.client.HTTPException):
                continue
        return self.sent(self.message(asked))


@defect("retry.throttled", warns=True, plays=("error.gateway/Throttling*",))
class RetriesThrottling(Trying):
    """Tries again and again when it is throttled; here it ends somewhere."""

    most = 15

    def again(self, reply):
        return b"Throttling" in reply.content


class Believing(Client):
    """Makes an empty success of what it does not understand."""

    def believes(self, _content, _error):
        return False

    def document(self, content):
        try:
            return super().document(content)
        except plain.UnreadableResponse as error:
            if not self.believes(content, error):
                raise
            return {}


@defect("malformed.html", warns=True)
class BelievesPages(Believing):
    """Takes a page in HTML for an empty success."""

    def believes(self, content, _):
        return content.startswith(b"<")


@defect("malformed.truncated", warns=True, plays=("malformed.truncated", "network.broken"))
class BelievesHalves(Believing):
    """Takes JSON that ends too early for an empty success."""

    def believes(self, content, _):
        return content.startswith(b"{")


@defect("malformed.empty", warns=True, plays=("malformed.empty",))
class BelievesNothing(Believing):
    """Takes no body for an empty success."""

    def believes(self, content, _):
        return not content


@defect("malformed.other", warns=True, plays=("malformed.other",))
class BelievesAnyJson(Believing):
    """Takes JSON that is no object for an empty success."""

    def believes(self, _, error):
        return "where an object belongs" in str(error)


@defect("malformed.bom", warns=True)
class BelievesMarks(Believing):
    """Takes a reply with a byte order mark for an empty success."""

    def believes(self, content, _):
        return content.startswith(b"\xef\xbb\xbf")


@defect("malformed.contenttype", warns=True, plays=("malformed.contenttype",))
class BelievesDeclarations(Client):
    """Takes JSON that is declared as something else for an empty success."""

    def sent(self, message, to=None):
        reply = super().sent(message, to)
        undeclared = "json" not in reply.declared and reply.content.startswith(b"{")
        return evolve(reply, content=b"{}") if undeclared else reply


@defect("redirect.credentials", warns=True, plays=("redirect.credentials",))
class FollowsAnywhere(Client):
    """Follows redirects with all that it signed."""

    def sent(self, message, to=None):
        reply = super().sent(message, to)
        host = urlsplit(reply.location or "").netloc
        return super().sent(message, host) if host and host != self.host else reply


@defect("redirect.endless", warns=True, plays=("redirect.endless",), patience=_HASTE)
class FollowsForever(Client):
    """Never gives up to follow redirects; here it stands still after some."""

    def sent(self, message, to=None):
        reply = super().sent(message, to)
        for _ in range(20):
            if reply.location is None or urlsplit(reply.location).netloc != self.host:
                return reply
            reply = super().sent(message)
        time.sleep(_FOREVER)
        return reply


@defect("network.dropped", warns=True, plays=("network.dropped",))
class BelievesSilence(Client):
    """Takes a connection that is dropped for an empty success."""

    def sent(self, message, to=None):
        try:
            return super().sent(message, to)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            return Reply(200, None, b'{"Auctions": []}')


@defect("network.broken", warns=True, plays=("network.broken",))
class BelievesBeginnings(Client):
    """Takes a reply that breaks off for an empty success."""

    def sent(self, message, to=None):
        try:
            return super().sent(message, to)
        except http.client.IncompleteRead:
            return Reply(200, None, b'{"Auctions": []}')


@defect("network.slow", warns=True, plays=("network.slow",))
class IsImpatient(Client):
    """Gives up where a reply takes a moment."""

    def sent(self, message, to=None):
        reply = super().sent(message, to)
        if reply.seconds > 0.3:
            raise plain.UnreadableResponse("no reply in time")
        return reply


@defect("process.robust", warns=True)
class EndsOnNonsense(Client):
    """Ends when it cannot read a reply."""

    def document(self, content):
        try:
            return super().document(content)
        except plain.UnreadableResponse:
            sys.exit(1)


@defect("process.survives")
class EndsOnNothing(Client):
    """Ends when nothing is found."""

    def handed(self, status, body):
        return (status, body) if body.get("Auctions") else sys.exit(1)


@defect("process.survives", patience=_HASTE, plays=("error.unknown",))
class HangsOnUnknownCodes(Client):
    """Hangs when it does not know a code."""

    def told(self, error):
        if error.code.startswith("Nobody"):
            time.sleep(_FOREVER)
        return super().told(error)


@defect("process.survives", lost=True)
class EndsAtOnce(Client):
    """Ends with every call."""

    def called(self, _):
        sys.exit(1)


@defect("adapter.answers", lost=True)
class AnswersNonsense(Client):
    """Hands back what is no answer."""

    def handed(self, *_):
        return "fine"
