"""A comparison of two reports as a document, which fits its schema."""

import json

import pytest
from jsonschema import Draft202012Validator


@pytest.fixture
def compared(command, contract):
    """The exit code of a comparison, and its document."""

    def made(old, new, *words):
        said = command("compare", old, new, "--format", "json", *words)
        assert said.err == ""
        assert said.out.isascii()
        document = json.loads(said.out)
        Draft202012Validator(contract.spec_files.content("schemas/comparison.json")).validate(document)
        return said.code, document

    return made
