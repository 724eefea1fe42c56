"""Defects of caches: the reply of an earlier request that differed only in what the cache leaves out of its key."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault
from imagesearch_conformance.emulator.search import Found, Query


def _ignoring(parameter: str, key: Callable[[Query], Query]) -> Fault:
    name = f"cache-ignores-{parameter.lower()}"

    def hook(found: Found, about: Circumstances) -> Found:
        kept: Found = about.memory.setdefault((name, key(found.query)), found)
        return kept

    return Fault(name, f"Replies are kept, and found again whatever {parameter} is.", found=hook)


FAULTS = (
    _ignoring("InstanceName", lambda query: evolve(query, instance="")),
    _ignoring("ProductId", lambda query: evolve(query, product_id="")),
    _ignoring("PicName", lambda query: evolve(query, pic_name="")),
    _ignoring("CategoryId", lambda query: evolve(query, category=None)),
    _ignoring("Num", lambda query: evolve(query, count=0)),
    _ignoring("Start", lambda query: evolve(query, start=0)),
    _ignoring("Filter", lambda query: evolve(query, condition=None)),
)
