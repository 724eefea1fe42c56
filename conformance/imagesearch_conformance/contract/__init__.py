"""Loads and cross-checks `spec/` into one frozen Contract."""

from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.load import load
from imagesearch_conformance.contract.location import shipped_spec

__all__ = ["Contract", "load", "shipped_spec"]
