"""Assertions about requests and responses, for tests of clients and mocks, by the checks of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from imagesearch_conformance.model.target import Credentials

if TYPE_CHECKING:
    from requests import PreparedRequest  # heavy, and only a type here

    from imagesearch_conformance.testing.message_problems import MessageProblem


@frozen
class ContractAssertions:
    """Assertions by the contract about a success body, an error response or a request; `document` is the revision."""

    document: str | None = None

    def for_document(self, document: str) -> ContractAssertions:
        """Return the assertions of another revision of the documentation; raises InvalidInput for an unknown one."""
        from imagesearch_conformance.contract import load  # noqa: PLC0415 heavy

        load(None, document)
        return ContractAssertions(document)

    def assert_success(self, body: Mapping[str, Any] | str | bytes) -> None:
        """Assert that a body is a valid success: every field, and the relations between fields.

        What depends on the request (number of entries, category) is not judged.
        """
        __tracebackhide__ = True  # pytest shows the test, not this
        from imagesearch_conformance.testing.message_problems import success_problems  # noqa: PLC0415 heavy

        _assert_no_problems("the body is not a valid success", success_problems(self.document, body))

    def assert_error(self, status: int, body: Mapping[str, Any] | str | bytes) -> None:
        """Assert that status and body are a valid error response: envelope, known code, its status and message."""
        __tracebackhide__ = True
        from imagesearch_conformance.testing.message_problems import error_problems  # noqa: PLC0415 heavy

        _assert_no_problems(
            "status and body are not a valid error response", error_problems(self.document, status, body)
        )

    def assert_request(  # noqa: PLR0913 the parts of a request
        self,
        prepared: PreparedRequest | None = None,
        *,
        method: str = "POST",
        url: str = "/",
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, str] | str | bytes | None = None,
        credentials: Credentials | None = None,
        signed: bool = True,
    ) -> None:
        """Assert that a request is a valid SearchImageByName: encoding, parameters, values, signature.

        The signature is verified only with `credentials`; its date is never judged. `signed=False` ignores
        authentication.
        """
        __tracebackhide__ = True
        from imagesearch_conformance.testing.message_problems import request_problems  # noqa: PLC0415 heavy
        from imagesearch_conformance.testing.wire_request import build_wire_request, wire_request_from_prepared  # noqa: PLC0415 seldom needed

        request = (
            build_wire_request(method, url, headers or {}, body)
            if prepared is None
            else wire_request_from_prepared(prepared)
        )
        request_url = url if prepared is None else str(prepared.url)
        problems = request_problems(self.document, request, request_url, credentials, signed=signed)
        _assert_no_problems("the request violates the contract", problems)


def _assert_no_problems(summary: str, problems: tuple[MessageProblem, ...]) -> None:
    __tracebackhide__ = True
    if problems:
        from imagesearch_conformance.testing.message_problems import format_problems  # noqa: PLC0415 heavy

        raise AssertionError(format_problems(summary, problems))
