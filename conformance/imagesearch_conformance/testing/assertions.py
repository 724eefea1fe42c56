"""Validators of requests and replies for the tests of others, by the checks of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from imagesearch_conformance.model.target import Credentials

if TYPE_CHECKING:
    from requests import PreparedRequest  # heavy, and only a type here

    from imagesearch_conformance.testing.message_problem import MessageProblem


@frozen
class ContractAssertions:
    """What the contract says of a body, an error or a request, as assertions; `document` is the revision."""

    document: str | None = None

    def for_document(self, document: str) -> ContractAssertions:
        """The assertions of another revision of the page; raises BadInput where there is none of this name."""
        from imagesearch_conformance.testing.message_problem import load_contract  # noqa: PLC0415 heavy

        load_contract(document)
        return ContractAssertions(document)

    def assert_success(self, body: Mapping[str, Any] | str | bytes) -> None:
        """The body is that of a success: every field, and what fields say of each other.

        What depends on the request (how many entries were asked for, in which category) is not judged.
        """
        __tracebackhide__ = True  # pytest shows the test, not this
        from imagesearch_conformance.testing.check_response import success_problems  # noqa: PLC0415 heavy

        _assert_no_problems("the body is not that of a success", success_problems(self.document, body))

    def assert_error(self, status: int, body: Mapping[str, Any] | str | bytes) -> None:
        """Status and body are an error reply: the envelope, a code that is known, and the page's row for it."""
        __tracebackhide__ = True
        from imagesearch_conformance.testing.check_response import error_problems  # noqa: PLC0415 heavy

        _assert_no_problems("status and body are not an error reply", error_problems(self.document, status, body))

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
        """The request is one of this operation: the wire, its parameters, their values, a whole signature.

        Whether the signature is right is judged where the key is given; when it was made is not. Without `signed`
        nothing is said of signatures.
        """
        __tracebackhide__ = True
        from imagesearch_conformance.testing.check_request import request_problems  # noqa: PLC0415 heavy
        from imagesearch_conformance.testing.wire_request import build_wire_request, wire_request_from_prepared  # noqa: PLC0415 seldom wanted

        request = (
            build_wire_request(method, url, headers or {}, body)
            if prepared is None
            else wire_request_from_prepared(prepared)
        )
        where = url if prepared is None else str(prepared.url)
        problems = request_problems(self.document, request, where, credentials, signed=signed)
        _assert_no_problems("the request departs from the contract", problems)


def _assert_no_problems(summary: str, problems: tuple[MessageProblem, ...]) -> None:
    __tracebackhide__ = True
    if problems:
        from imagesearch_conformance.testing.message_problem import format_problems  # noqa: PLC0415 heavy

        raise AssertionError(format_problems(summary, problems))
