"""The last lines of a session: what departed, what could not be told, the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from imagesearch_conformance.reports.deviations import deviations_of, state_words
from imagesearch_conformance.reports.wording import judged_sentence, told, verdict_words

_COUNTED = ("failed", "warned")


def summed_up(made: dict[str, Any], written: Sequence[Path]) -> Iterator[str]:
    """A few lines for the end of a terminal, of the document of a record."""
    for outcome in _COUNTED:
        for one in made["requirements"]:
            if one["outcome"] == outcome:
                yield told(f"{outcome}: {one['id']} ({one['level']}): {one['statement']}")
    for one in deviations_of(made):
        yield told(f"known departure from {one['requirement']}: {state_words(one)}: {one['explanation']}")
    yield f"{judged_sentence(made)}; {made['requests']} requests, {made['durationSeconds']} s"
    if made["trouble"]:
        yield told(f"not all was judged: {made['trouble']}")
    if written:
        yield f"reports: {written[0].parent}"
    yield f"verdict: {verdict_words(made)}"
