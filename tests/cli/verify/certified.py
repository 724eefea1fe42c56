"""Directories of finished runs: what their reports say, and reports changed with every digest made to fit."""

import json

from imagesearch_conformance.reports.write import RENDERERS

FAULT = "num-above-maximum-accepted"

CASE = "num.maximum/above"

REPLAY = "authentication.replay/twice"

SELECTED = ("num.maximum", "paging.prefix/odd", "authentication.replay")


def report(directory):
    return json.loads((directory / "report.json").read_text("utf-8"))


def case_of(document, name=CASE):
    return next(one for one in document["cases"] if one["id"] == name)


def requirement(**changes):
    def of_requirement(document):
        next(one for one in document["requirements"] if one["id"] == "num.maximum").update(changes)

    return of_requirement


def certified_anew(directory, change):
    """Changes the report and writes every file anew, so that nothing but the evidence contradicts it."""
    document = report(directory)
    change(document)
    for name, make in RENDERERS.items():
        (directory / name).write_text(make(document), encoding="utf-8")


def differing(said):
    return [line.removeprefix("differs: ") for line in said.out.splitlines() if line.startswith("differs: ")]
