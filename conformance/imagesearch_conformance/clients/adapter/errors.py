"""Errors of adapters: why a call got no answer that can be understood."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind


@frozen
class AdapterError(Exception):
    """A call that ended without an answer; never leaves a driver."""

    failure: AdapterFailure
    text: str

    def __str__(self) -> str:
        return f"{self.failure}: {self.text}"

    @property
    def answer(self) -> Answer:
        """The failure as the answer to the call."""
        return Answer(AnswerKind.ADAPTER_FAILURE, text=self.text, adapter_failure=self.failure)


def protocol_error(text: str) -> AdapterError:
    """Return the error for a message that violates the protocol."""
    return AdapterError(AdapterFailure.INVALID_MESSAGE, text)
