"""Defects of categories: which is searched, and which is reported."""

from __future__ import annotations

from attrs import evolve

from imagesearch_conformance.emulator.fault import Circumstances, Fault, Hook
from imagesearch_conformance.emulator.faults.searching import again
from imagesearch_conformance.emulator.search import Found, Query
from imagesearch_conformance.model.target import InstanceType
from imagesearch_conformance.signing.encoding import Pairs, parameters


def _first_category_on_generic(found: Found, about: Circumstances) -> Found:
    if about.store.instance_type(found.query.instance) is not InstanceType.GENERIC:
        return found
    return evolve(found, category=int(about.contract.parameter(about.roles.category).enum[0]))


def _predicted_reported(found: Found, _about: Circumstances) -> Found:
    return found if found.image is None else evolve(found, category=found.image.category)


def _ignoring(**fields: None) -> Hook[Query]:
    return lambda query, _about: evolve(query, **fields)


def _mixed(found: Found, about: Circumstances) -> Found:
    """Entries of all categories come, though one is reported."""
    query, image = found.query, found.image
    if image is None:
        return found
    known = dict.fromkeys(one.category for one in about.store.dataset.of_instance(query.instance))
    rankings = (about.store.ranking(image.id, query.instance, one, query.condition, query.blanks) for one in known)
    ranking = sorted((entry for entries in rankings for entry in entries), key=lambda entry: -entry[1])
    stop = min(query.start + query.count, query.limit)
    return evolve(found, entries=tuple(ranking[query.start : stop]), matched=len(ranking))


def _reported_only(found: Found, about: Circumstances) -> Found:
    """The category given is reported, and the one predicted is searched."""
    if found.query.category is None:
        return found
    other = again(evolve(found.query, category=None), about)
    return evolve(found, entries=other.entries, matched=other.matched)


def _given_on_generic(found: Found, about: Circumstances) -> Found:
    """A generic instance reports the category that it is given."""
    given = dict(parameters(about.request)).get(about.roles.category, "")
    return evolve(found, category=int(given)) if given.isdecimal() else found


def _refused_on_generic(pairs: Pairs, about: Circumstances) -> Pairs:
    """A generic instance refuses a category: it is taken for an instance that is not known."""
    given = dict(pairs)
    generic = about.store.instance_type(given.get(about.roles.instance, "")) is InstanceType.GENERIC
    if not generic or about.roles.category not in given:
        return pairs
    return tuple((name, "" if name == about.roles.instance else value) for name, value in pairs)


FAULTS = (
    Fault(
        "category-ignored",
        "A category given has no effect.",
        ("response.picinfo.categoryid.given",),
        query=_ignoring(category=None),
    ),
    Fault(
        "category-predicted-reported",
        "The category predicted is reported in place of the one given.",
        ("response.picinfo.categoryid.given", "ranking.category"),
        found=_predicted_reported,
    ),
    Fault(
        "generic-category-wrong",
        "A generic instance reports another category.",
        ("response.picinfo.categoryid.generic", "ranking.category"),
        found=_first_category_on_generic,
    ),
    Fault(
        "categories-mixed",
        "Entries of all categories come, though one is reported.",
        ("ranking.category",),
        found=_mixed,
    ),
    Fault(
        "category-reported-only",
        "A category given is reported and not searched.",
        ("ranking.category",),
        found=_reported_only,
    ),
    # The category reported is given beside filters, and finds something else.
    Fault(
        "generic-category-given",
        "A generic instance reports the category given.",
        ("response.picinfo.categoryid.generic", "ranking.category"),
        found=_given_on_generic,
    ),
    Fault(
        "generic-category-refused",
        "A generic instance refuses a category.",
        ("categoryid.optional",),
        given=_refused_on_generic,
    ),
)
