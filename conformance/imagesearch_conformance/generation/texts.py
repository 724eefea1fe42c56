"""Strategies for texts: everything that UTF-8 can carry, and the examples of the contract first."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

#: Every character but halves of surrogate pairs.
_ANY_CHARACTER = st.characters(codec="utf-8")

#: What forms, addresses, markup and quotes give a meaning to, and letters of several bytes and of two characters.
_SPECIAL_CHARACTERS = "a+%&=~*#/?;:\"'\\<> \u00e9\u56fe\u0635\U0001f457e\u0301"

#: Texts that fill all their room are a piece of this length again and again.
_MAX_PIECE_LENGTH = 5


def texts(
    min_length: int = 0, max_length: int | None = None, examples: Iterable[object] = ()
) -> st.SearchStrategy[str]:
    """Texts of a length in characters, examples before others."""
    words = [one for one in examples if isinstance(one, str)]
    shown = [one for one in words if min_length <= len(one) and (max_length is None or len(one) <= max_length)]
    kinds = [
        st.text(_ANY_CHARACTER, min_size=min_length, max_size=max_length),
        st.text(_SPECIAL_CHARACTERS, min_size=min_length, max_size=max_length),
    ]
    first = [st.sampled_from(shown)] if shown else []
    return st.one_of(*first, *kinds, *([texts_with_length(max_length)] if max_length else []))


def texts_with_length(length: int, alphabet: st.SearchStrategy[str] = _ANY_CHARACTER) -> st.SearchStrategy[str]:
    """Texts of exactly so many characters."""
    pieces = st.text(alphabet, min_size=1, max_size=_MAX_PIECE_LENGTH)
    return pieces.map(lambda piece: (piece * length)[:length])
