"""Strategies for texts: examples of the contract, and any other text that UTF-8 can encode."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

#: Each character except surrogates.
_ANY_CHARACTER = st.characters(codec="utf-8")

#: Characters special in forms, URLs, markup and quotes, and letters of several bytes or of two characters.
_SPECIAL_CHARACTERS = "a+%&=~*#/?;:\"'\\<> \u00e9\u56fe\u0635\U0001f457e\u0301"

#: Long texts repeat a piece of up to this length.
_MAX_PIECE_LENGTH = 5


def texts(
    min_length: int = 0, max_length: int | None = None, examples: Iterable[object] = ()
) -> st.SearchStrategy[str]:
    """Return texts of a length in characters; examples shrink to `examples`."""
    words = [example for example in examples if isinstance(example, str)]
    known = [word for word in words if min_length <= len(word) and (max_length is None or len(word) <= max_length)]
    return st.one_of(
        *([st.sampled_from(known)] if known else []),
        st.text(_ANY_CHARACTER, min_size=min_length, max_size=max_length),
        st.text(_SPECIAL_CHARACTERS, min_size=min_length, max_size=max_length),
        *([texts_with_length(max_length)] if max_length else []),
    )


def texts_with_length(length: int, alphabet: st.SearchStrategy[str] = _ANY_CHARACTER) -> st.SearchStrategy[str]:
    """Return texts of exactly `length` characters."""
    pieces = st.text(alphabet, min_size=1, max_size=_MAX_PIECE_LENGTH)
    return pieces.map(lambda piece: (piece * length)[:length])
