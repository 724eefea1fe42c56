"""Every broken client violates the requirements that name its defect, and no others."""

from fnmatch import fnmatchcase

import pytest

from imagesearch_conformance.model.finding import Outcome, Verdict
from imagesearch_conformance.model.requirement import Level

from .catalogue import CATALOGUE
from .client import Client

#: The scenarios that every client runs; a defect that shows elsewhere adds its own.
CORE = (
    "request.minimal/first", "request.full", "num.maximum/at", "categoryid.optional", "wire.nonascii/mixed",
    "decoding.full", "decoding.minimal", "decoding.empty", "error.InvalidInstance.status",
    "error.NetworkException.status", "error.gateway/Throttling", "malformed.html", "malformed.bom",
)  # fmt: skip

#: The broken clients that run everywhere: at least one for each area of requirements, and each kind of answer.
CORE_CLIENTS = (
    # parameters and their values
    "drops-num", "sends-defaults", "makes-up-names", "sends-more", "needs-num",
    "clips-num", "fits-window", "maps-categories", "refuses-long-filters", "mends-filters",
    "lowers-names", "trims", "writes-latin", "encodes-twice",
    # wire format and signature
    "gets", "speaks-no-http", "names-other-action", "speaks-json", "signs-nothing",
    "signs-with-other-secret", "signs-less", "signs-fractions", "repeats-message",
    "shows-secret-in-form", "tells-secret",
    # results
    "loses-score", "swaps-counters", "writes-numbers-as-text", "reads-numbers",
    "rounds-to-single", "counts-in-doubles", "reads-latin", "drops-last-entry", "makes-up-zeros", "makes-up-lists",
    "chokes-on-nothing", "chokes-on-new-fields", "leaves-packed", "reads-by-length",
    # errors
    "takes-success-for-error", "reads-status-alone", "takes-errors-for-success", "loses-code", "loses-request-id",
    "translates-messages", "maps-unknown-codes",
    # robustness
    "sends-all-twice", "retries-refusals", "retries-throttling", "believes-halves",
    "follows-anywhere", "follows-forever", "believes-silence", "believes-beginnings", "is-impatient",
    "ends-on-nonsense", "hangs-on-unknown-codes", "ends-at-once", "answers-nonsense",
)  # fmt: skip

#: Requirements that no client of the catalogue violates, and why.
UNREACHED = {
    "adapter.flood": "a callable prints nothing; tests/cli/test_client.py has adapters that do",
    "adapter.output": "a callable prints nothing; tests/cli/test_client.py has adapters that do",
    "network.stalled": "every client would take long; tests/cli/test_client.py has an adapter that never gives up",
}

#: The codes whose messages are tested, from each part of the error table.
MESSAGE_CODES = (
    "BadRequest", "NoPicList", "InvalidNumParameter", "IncorrectOrientation", "UnsupportedInstanceType",
    "InternalTableStoreError",
)  # fmt: skip


def check(defect, record, violated):
    unexpected = {
        name
        for name in violated
        if name not in defect.requirements and not any(fnmatchcase(name, pattern) for pattern in defect.side_effects)
    }
    assert set(defect.requirements) <= violated, defect.description
    assert unexpected == set(), defect.description
    assert (record.verdict is Verdict.NONCONFORMANT) is not defect.only_warns
    assert (record.stop_reason is not None) is defect.ends_run


def test_the_correct_client_violates_nothing(client_runs, violated):
    record = client_runs.record(Client)
    assert violated(record) == set()
    assert record.verdict is Verdict.CONFORMANT
    not_passed = {result.requirement.id for result in record.requirements if result.outcome is not Outcome.PASSED}
    assert not_passed == {"network.stalled"}  # which is deselected


@pytest.mark.parametrize(
    "defect",
    [
        pytest.param(defect, marks=() if defect.name in CORE_CLIENTS else pytest.mark.long, id=defect.name)
        for defect in CATALOGUE
    ],
)
def test_a_broken_client_violates_the_requirements_of_its_defect(client_runs, violated, defect):
    record = client_runs.record(defect.client, (*CORE, *defect.scenarios), defect.timeout)
    check(defect, record, violated(record))


@pytest.mark.long
@pytest.mark.parametrize("defect", CATALOGUE, ids=lambda defect: defect.name)
def test_a_broken_client_violates_no_more_in_a_whole_run(client_runs, violated, defect):
    record = client_runs.record(defect.client, timeout=defect.timeout)
    requirements = violated(record)
    check(defect, record, requirements)
    unused = [
        pattern for pattern in defect.side_effects if not any(fnmatchcase(name, pattern) for name in requirements)
    ]
    assert unused == []


def test_a_lost_or_changed_field_is_reported_by_its_requirement(client_runs, violated):
    """Each of `response.*.kept` and `response.*.type`, by a client that is wrong about that field alone."""
    wrong = {}
    for field in client_runs.contract.success_fields:
        key = f"response.{field.key}" + (".item" if field.path[-1] == "*" else "")
        for aspect, change in (("kept", lambda _: None), ("kept", change_value), ("type", change_type)):
            requirements = violated(client_runs.record(field_changing_client(field.path, change), ("decoding.full",)))
            if requirements != {f"{key}.{aspect}"}:
                wrong[key, aspect] = requirements
    assert wrong == {}


def field_changing_client(path, change):
    class FieldChangingClient(Client):
        def build_result(self, status, body):
            return status, change_at(body, path, change)

    return FieldChangingClient


def change_at(value, path, change):
    if not path:
        return change(value)
    first, *rest = path
    if first == "*":
        return [change_at(item, rest, change) for item in value]
    return {name: change_at(member, rest, change) if name == first else member for name, member in value.items()}


def change_value(value):
    if isinstance(value, dict):
        return None
    return not value if isinstance(value, bool) else value[:-1] if isinstance(value, (str, list)) else value + 1


def change_type(value):
    return 0 if isinstance(value, (str, list, dict)) else "0"


@pytest.mark.parametrize("aspect", ["status", "message"])
def test_a_changed_error_is_reported_by_the_requirement_of_its_code(client_runs, violated, aspect):
    """Each of `error.*.status` and `error.*.message`, by a client that is wrong about that code alone."""
    rows = client_runs.contract.errors.documented_rows
    scenarios = tuple(f"error.{row.code}.status" for row in rows)
    wrong = {}
    for code in [row.code for row in rows] if aspect == "status" else MESSAGE_CODES:
        requirements = violated(client_runs.record(error_changing_client(code, aspect), scenarios))
        if requirements != {f"error.{code}.{aspect}"}:
            wrong[code] = requirements
    assert wrong == {}


def error_changing_client(code, aspect):
    class ErrorChangingClient(Client):
        def build_error(self, error):
            api_error = super().build_error(error)
            if api_error.code == code:
                object.__setattr__(api_error, aspect, 418 if aspect == "status" else "another")
            return api_error

    return ErrorChangingClient


def test_every_client_requirement_is_violated_by_a_broken_client(client_runs):
    contract = client_runs.contract
    keys = (f"response.{field.key}" + (".item" if field.path[-1] == "*" else "") for field in contract.success_fields)
    codes = (f"error.{row.code}" for row in contract.errors.documented_rows)
    reached = {name for defect in CATALOGUE for name in defect.requirements}
    reached |= {f"{key}.{aspect}" for key in keys for aspect in ("kept", "type")}
    reached |= {f"{code}.{aspect}" for code in codes for aspect in ("status", "message")}
    assert set(contract.client_requirements) - reached == set(UNREACHED)


def test_the_catalogue_is_consistent(client_runs):
    levels = {name: requirement.level for name, requirement in client_runs.contract.client_requirements.items()}
    names = {defect.name for defect in CATALOGUE}
    assert len(names) == len(CATALOGUE) >= 60
    assert set(CORE_CLIENTS) <= names
    for defect in CATALOGUE:
        assert defect.description.endswith("."), defect.name
        assert set(defect.requirements) <= set(levels), defect.name
        if {levels[name] for name in defect.requirements} == {Level.SHOULD}:
            assert defect.only_warns, defect.name
