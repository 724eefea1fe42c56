"""Why there is no answer that can be understood, on its way to whoever asked."""

from __future__ import annotations

from attrs import frozen

from imagesearch_conformance.model.client import Answer, Answered, Breakdown


@frozen
class Broken(Exception):
    """A call that ended without an answer; it never leaves a driver."""

    breakdown: Breakdown
    text: str

    def __str__(self) -> str:
        return f"{self.breakdown}: {self.text}"

    @property
    def answer(self) -> Answer:
        """The same as a value."""
        return Answer(Answered.BROKEN, text=self.text, breakdown=self.breakdown)


def bad_message(text: str) -> Broken:
    """An answer that breaks the protocol."""
    return Broken(Breakdown.MESSAGE, text)
