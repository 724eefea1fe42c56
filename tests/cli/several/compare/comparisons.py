"""Lookups in comparisons and reports."""


def ids(document, kind):
    return [change["id"] for name in ("requirements", "cases") for change in document[name] if change["kind"] == kind]


def notes(document):
    return {note["about"]: (note["old"], note["new"]) for note in document["notes"]}


def get_case(document, name):
    return next(case for case in document["cases"] if case["id"] == name)


def get_requirement(document, name):
    return next(requirement for requirement in document["requirements"] if requirement["id"] == name)
