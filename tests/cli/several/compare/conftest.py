"""Comparison of two reports as a document that fits its schema."""

import json

import pytest
from jsonschema import Draft202012Validator


@pytest.fixture
def compare(command, contract):
    """Run `compare` and return the exit code and the document."""

    def run(old, new, *words):
        result = command("compare", old, new, "--format", "json", *words)
        assert result.err == ""
        assert result.out.isascii()
        document = json.loads(result.out)
        Draft202012Validator(contract.spec_files.content("schemas/comparison.json")).validate(document)
        return result.code, document

    return run
