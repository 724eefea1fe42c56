"""What is looked up in a comparison, or in a report."""


def ids(document, kind, among=("requirements", "cases")):
    return [one["id"] for name in among for one in document[name] if one["kind"] == kind]


def notes(document):
    return {one["about"]: (one["old"], one["new"]) for one in document["notes"]}


def case_of(document, name):
    return next(one for one in document["cases"] if one["id"] == name)


def requirement_of(document, name):
    return next(one for one in document["requirements"] if one["id"] == name)
