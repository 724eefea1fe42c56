"""Strategies for texts: everything that UTF-8 can carry, and the examples of the contract first."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

#: Every character but halves of surrogate pairs.
_ANY = st.characters(codec="utf-8")

#: What forms, addresses, markup and quotes give a meaning to, and letters of several bytes and of two characters.
_TELLING = "a+%&=~*#/?;:\"'\\<> \u00e9\u56fe\u0635\U0001f457e\u0301"

#: Texts that fill all their room are a piece of this length again and again.
_PIECE = 5


def texts(least: int = 0, most: int | None = None, examples: Iterable[object] = ()) -> st.SearchStrategy[str]:
    """Texts of a length in characters, examples before others."""
    words = [one for one in examples if isinstance(one, str)]
    shown = [one for one in words if least <= len(one) and (most is None or len(one) <= most)]
    kinds = [st.text(_ANY, min_size=least, max_size=most), st.text(_TELLING, min_size=least, max_size=most)]
    first = [st.sampled_from(shown)] if shown else []
    return st.one_of(*first, *kinds, *([filling(most)] if most else []))


def filling(length: int, alphabet: st.SearchStrategy[str] = _ANY) -> st.SearchStrategy[str]:
    """Texts of exactly so many characters."""
    pieces = st.text(alphabet, min_size=1, max_size=_PIECE)
    return pieces.map(lambda piece: (piece * length)[:length])
