"""Clients that confuse success and failure, or change errors."""

from attrs import evolve

from imagesearch_conformance.adapters import plain

from .client import Client, defect
from .result_changes import ResultChangingClient

ALL_SUCCESSES = ("request.*", "decoding.*", "wire.*", "network.slow")


@defect("outcome.success", side_effects=ALL_SUCCESSES)
class TakesSuccessForError(Client):
    """Raises an error for every response with a Code, even 0."""

    def unwrap(self, status, body):
        if "Code" in body:
            raise plain.ApiError(status, body)
        return super().unwrap(status, body)


@defect("outcome.success", only_warns=False)
class MakesUpStatus(ResultChangingClient):
    """Returns a status of its own."""

    def build_result(self, status, body):
        return status + 1, body


@defect("outcome.success", side_effects=(*ALL_SUCCESSES, "malformed.contenttype"))
class HandsOverNothing(ResultChangingClient):
    """Returns an object without any of the fields."""

    def change_body(self, body):
        return {"ok": bool(body)}


@defect("outcome.success")
class HandsOverEntriesAlone(ResultChangingClient):
    """Returns the list of entries in place of the body."""

    def build_result(self, status, body):
        return status, body.get("Auctions") or []


@defect("outcome.inner", scenarios=("outcome.inner",))
class ReadsStatusAlone(ResultChangingClient):
    """Takes every response with status 200 for a success."""

    def unwrap(self, status, body):
        return {**body, "Code": 0, "Success": True} if status == 200 else super().unwrap(status, body)


@defect("outcome.error", scenarios=("error.*.status", "error.unknown"))
class TakesErrorsForSuccess(Client):
    """Never raises an error."""

    def unwrap(self, _, body):
        return body


@defect("outcome.error", scenarios=("error.gateway/Throttling*",))
class TakesThrottlingForNothing(Client):
    """Returns an empty success when it is rate-limited."""

    def unwrap(self, status, body):
        if str(body.get("Code")).startswith("Throttling"):
            return {"Auctions": [], "Success": True}
        return super().unwrap(status, body)


@defect("outcome.error", side_effects=("error.*",), scenarios=("num.maximum",))
class TakesErrorsForNonsense(Client):
    """Reports every error response as unreadable."""

    def unwrap(self, status, body):
        try:
            return super().unwrap(status, body)
        except plain.ApiError as error:
            raise plain.UnreadableResponse(str(error)) from error


class ErrorChangingClient(Client):
    """Changes what it tells of errors."""

    def build_error(self, error):
        return self.change(super().build_error(error))

    def change(self, error):
        return error


CODES = ("error.*.status", "error.gateway", "error.unknown")
MESSAGES = ("error.*.message", "error.gateway", "error.unknown")


@defect("error.envelope.code.present", side_effects=CODES)
class LosesCode(ErrorChangingClient):
    """Raises errors without their code."""

    def change(self, error):
        return evolve(error, code=None)


@defect("error.InvalidInstance.status", "error.NetworkException.status", side_effects=CODES)
class LosesStatus(ErrorChangingClient):
    """Raises errors without their status."""

    def change(self, error):
        return evolve(error, status=None)


@defect("error.envelope.message.present", side_effects=MESSAGES)
class LosesMessage(ErrorChangingClient):
    """Raises errors without their message."""

    def change(self, error):
        return evolve(error, message=None)


@defect("error.envelope.requestid.present")
class KeepsFirstRequestIds(ErrorChangingClient):
    """Raises every error with the request id of the first."""

    first = None

    def change(self, error):
        self.first = self.first or error.request_id
        return evolve(error, request_id=self.first)


@defect("error.envelope.requestid.present")
class LosesRequestId(ErrorChangingClient):
    """Raises errors without their request id."""

    def change(self, error):
        return evolve(error, request_id=None)


@defect("error.envelope.requestid.present")
class MakesUpRequestIdOfErrors(ErrorChangingClient):
    """Raises errors with a request id of its own."""

    def change(self, error):
        return evolve(error, request_id="0")


@defect("error.InvalidInstance.message", side_effects=MESSAGES)
class TranslatesMessages(ErrorChangingClient):
    """Raises errors with a message of its own."""

    def change(self, error):
        return evolve(error, message="something went wrong")


@defect("error.InvalidInstance.message", side_effects=MESSAGES, only_warns=True)
class AddsToMessages(ErrorChangingClient):
    """Adds text to the messages of errors."""

    def change(self, error):
        return evolve(error, message=f"{error.code}: {error.message}")


@defect("error.NetworkException.status", side_effects=CODES[:2], scenarios=("error.*.status",))
class BlamesCaller(ErrorChangingClient):
    """Raises every error with status 400."""

    def change(self, error):
        return evolve(error, status=400)


@defect("error.unknown", "error.gateway", scenarios=("error.unknown", "error.gateway"))
class MapsUnknownCodes(ErrorChangingClient):
    """Raises all errors with unknown codes with one code."""

    def change(self, error):
        known = error.status == 500 or ("." not in error.code and not error.code.startswith("Nobody"))
        return error if known else evolve(error, code="Unknown")


@defect("error.InvalidInstance.status", side_effects=CODES)
class LowersCodes(ErrorChangingClient):
    """Raises errors with their codes in lower case."""

    def change(self, error):
        return evolve(error, code=error.code.lower())
