"""Why there is no answer that can be understood, on its way to whoever asked."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.model.client import AdapterFailure, Answer, AnswerKind


@frozen
class AdapterError(Exception):
    """A call that ended without an answer; it never leaves a driver."""

    failure: AdapterFailure
    text: str

    def __str__(self) -> str:
        return f"{self.failure}: {self.text}"

    @property
    def answer(self) -> Answer:
        """The same as a value."""
        return Answer(AnswerKind.ADAPTER_FAILURE, text=self.text, adapter_failure=self.failure)


def protocol_error(text: str) -> AdapterError:
    """An answer that breaks the protocol."""
    return AdapterError(AdapterFailure.INVALID_MESSAGE, text)
