"""Integers in requests: of any length, with any number of leading zeros."""

import pytest

from imagesearch_conformance.checks.parsed_request import is_integer_text, parse_integer_text


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize(("digits", "value"), [("7", 7), ("0", 0), ("", 0), ("100", 100)])
def test_thousands_of_zeros_before_an_integer_change_nothing(sign, digits, value):
    text = f"{sign}{'0' * 3000}{digits}"
    assert is_integer_text(text)
    assert parse_integer_text(text) == (-value if sign else value)
