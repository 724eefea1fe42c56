"""Reports in directories of finished runs, and changes to them with all digests adapted."""

import json

from imagesearch_conformance.reports.write import RENDERERS

FAULT = "num-above-maximum-accepted"

CASE = "num.maximum/above"

REPLAY = "authentication.replay/twice"

SELECTED = ("num.maximum", "paging.prefix/odd", "authentication.replay")


def load_report(directory):
    return json.loads((directory / "report.json").read_text("utf-8"))


def get_case(document, name=CASE):
    return next(case for case in document["cases"] if case["id"] == name)


def change_requirement(**changes):
    def change(document):
        next(requirement for requirement in document["requirements"] if requirement["id"] == "num.maximum").update(
            changes
        )

    return change


def certify_changed_report(directory, change):
    """Change the report and write all files again, so that only the evidence contradicts it."""
    document = load_report(directory)
    change(document)
    for name, render in RENDERERS.items():
        (directory / name).write_text(render(document), encoding="utf-8")


def difference_lines(result):
    return [line.removeprefix("differs: ") for line in result.out.splitlines() if line.startswith("differs: ")]
