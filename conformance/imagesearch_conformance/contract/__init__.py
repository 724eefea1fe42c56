"""The contract: `spec/`, loaded and checked for consistency."""

from imagesearch_conformance.contract.contract import Contract
from imagesearch_conformance.contract.load import load, shipped_spec

__all__ = ["Contract", "load", "shipped_spec"]
