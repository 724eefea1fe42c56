"""Clients that take success for failure, failure for success, or one failure for another."""

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .handing import Handing
from .steps import Client, defect

EVERY_REPLY = ("request.*", "decoding.*", "wire.*", "network.slow")


@defect("outcome.success", also=EVERY_REPLY)
class TakesSuccessForError(Client):
    """Raises an error where there is a code, though it says that all is well."""

    def understood(self, status, body):
        if "Code" in body:
            raise plain.ApiError(status, body)
        return super().understood(status, body)


@defect("outcome.success", warns=False)
class MakesUpStatus(Handing):
    """Hands over a status of its own."""

    def handed(self, status, body):
        return status + 1, body


@defect("outcome.success", also=(*EVERY_REPLY, "malformed.contenttype"))
class HandsOverNothing(Handing):
    """Hands over an object without any of the fields."""

    def made(self, body):
        return {"ok": bool(body)}


@defect("outcome.success")
class HandsOverEntriesAlone(Handing):
    """Hands over the list of entries in place of the body."""

    def handed(self, status, body):
        return status, body.get("Auctions") or []


@defect("outcome.inner", plays=("outcome.inner",))
class ReadsStatusAlone(Handing):
    """Takes a reply with status 200 for a success, whatever it says."""

    def understood(self, status, body):
        return {**body, "Code": 0, "Success": True} if status == 200 else super().understood(status, body)


@defect("outcome.error", plays=("error.*.status", "error.unknown"))
class TakesErrorsForSuccess(Client):
    """Never raises an error."""

    def understood(self, _, body):
        return body


@defect("outcome.error", plays=("error.gateway/Throttling*",))
class TakesThrottlingForNothing(Client):
    """Hands over an empty success when it is throttled."""

    def understood(self, status, body):
        if str(body.get("Code")).startswith("Throttling"):
            return {"Auctions": [], "Success": True}
        return super().understood(status, body)


@defect("outcome.error", also=("error.*",), plays=("num.maximum",))
class TakesErrorsForNonsense(Client):
    """Says of every error that the reply makes no sense."""

    def understood(self, status, body):
        try:
            return super().understood(status, body)
        except plain.ApiError as error:
            raise plain.UnreadableResponse(str(error)) from error


class Telling(Client):
    """Changes what it tells of errors."""

    def told(self, error):
        return self.changed(super().told(error))

    def changed(self, told):
        return told


CODES = ("error.*.status", "error.gateway", "error.unknown")
MESSAGES = ("error.*.message", "error.gateway", "error.unknown")


@defect("error.envelope.code.present", also=CODES)
class LosesCode(Telling):
    """Does not tell the code of an error."""

    def changed(self, told):
        return evolve(told, code=None)


@defect("error.InvalidInstance.status", "error.NetworkException.status", also=CODES)
class LosesStatus(Telling):
    """Does not tell the status of an error."""

    def changed(self, told):
        return evolve(told, status=None)


@defect("error.envelope.message.present", also=MESSAGES)
class LosesMessage(Telling):
    """Does not tell the message of an error."""

    def changed(self, told):
        return evolve(told, message=None)


@defect("error.envelope.requestid.present")
class KeepsFirstRequestIds(Telling):
    """Tells the request id of the first error with every error."""

    first = None

    def changed(self, told):
        self.first = self.first or told.request_id
        return evolve(told, request_id=self.first)


@defect("error.envelope.requestid.present")
class LosesRequestId(Telling):
    """Does not tell the request id of an error."""

    def changed(self, told):
        return evolve(told, request_id=None)


@defect("error.envelope.requestid.present")
class MakesUpRequestIdOfErrors(Telling):
    """Tells a request id of its own."""

    def changed(self, told):
        return evolve(told, request_id="0")


@defect("error.InvalidInstance.message", also=MESSAGES)
class TranslatesMessages(Telling):
    """Tells a message of its own."""

    def changed(self, told):
        return evolve(told, message="something went wrong")


@defect("error.InvalidInstance.message", also=MESSAGES, warns=True)
class AddsToMessages(Telling):
    """Tells more than the message."""

    def changed(self, told):
        return evolve(told, message=f"{told.code}: {told.message}")


@defect("error.NetworkException.status", also=CODES[:2], plays=("error.*.status",))
class BlamesCaller(Telling):
    """Tells status 400 of every error."""

    def changed(self, told):
        return evolve(told, status=400)


@defect("error.unknown", "error.gateway", plays=("error.unknown", "error.gateway"))
class MapsUnknownCodes(Telling):
    """Tells one code for all that it does not know."""

    def changed(self, told):
        known = told.status == 500 or ("." not in told.code and not told.code.startswith("Nobody"))
        return told if known else evolve(told, code="Unknown")


@defect("error.InvalidInstance.status", also=CODES)
class LowersCodes(Telling):
    """Tells codes in lower case."""

    def changed(self, told):
        return evolve(told, code=told.code.lower())
