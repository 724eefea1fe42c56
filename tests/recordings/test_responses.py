"""Responses to recorded calls: success and errors, by the request and by what a recording leaves undetermined."""

import json

from attrs import evolve

from imagesearch_conformance.model.wire import WireResponse


def build_error(contract, code):
    row = contract.errors.find(code)
    body = {
        "RequestId": "B3137727-D6E9-5A2E-9D6C-5F3F8A0DB4A8", "HostId": "h", "Code": code, "Message": row.message,
        "Recommend": "r", "Success": False, "Msg": row.message,
    }  # fmt: skip
    headers = (("content-type", "application/json"),)
    return WireResponse(row.status, headers, json.dumps(body).encode())


#: Parameters, code of the error, and whether it is acceptable.
ERRORS = [
    ({}, "InvalidInstance", True),
    ({}, "NoPermission", True),
    ({}, "DeniedRequest", True),
    ({}, "SignatureDoesNotMatch", True),
    ({}, "SearchTimeout", True),
    ({}, "InvalidNumParameter", False),
    ({}, "InvalidCategory", False),
    ({"Num": "1000"}, "OverflowMaxReturnNum", True),
    ({"Num": "1000"}, "InvalidCategory", False),
    ({"Num": "x"}, "InvalidNumParameter", True),
    ({"Num": "x", "CategoryId": "77"}, "InvalidCategory", True),
    ({"Num": " 10 "}, "InvalidNumParameter", True),
    ({"Filter": "int_attr>"}, "InvalidFilterClause", True),
    ({"InstanceName": None}, "InvalidInstance", True),
]


def test_errors_of_violations_and_of_unknown_causes_pass(judge_recording, recorder, contract):
    entries = [
        recorder.entry(recorder.request(given, at), at, response=build_error(contract, code))
        for at, (given, code, _) in enumerate(ERRORS)
    ]
    said, report = judge_recording(entries, "--deselect", "response.requestid.unique")
    assert said.code == 1
    assert [(case["title"], case["outcome"] != "failed") for case in report["cases"]] == [
        (case["title"], right) for case, (_, _, right) in zip(report["cases"], ERRORS, strict=True)
    ]


def test_success_fails_if_a_rule_is_violated(judge_recording, recorder):
    broken = [{"Num": "1000"}, {"Num": "x"}, {"Filter": "int_attr>"}, {"InstanceName": None}]
    entries = [
        recorder.entry(recorder.request(given, at), at, response=recorder.respond(recorder.request(at=at)))
        for at, given in enumerate(broken)
    ]
    said, report = judge_recording(entries)
    assert said.code == 1
    assert [case["outcome"] for case in report["cases"]] == ["failed"] * len(broken)


def test_an_error_for_unknown_names_is_inconclusive(judge_recording, recorder, contract, requirements_with):
    _, report = judge_recording([recorder.entry(recorder.request(), response=build_error(contract, "InvalidInstance"))])
    assert report["cases"][0]["outcome"] == "notApplicable"
    assert "request.minimal" in requirements_with(report, "notApplicable")
    assert "error.InvalidInstance.status" in requirements_with(report, "passed")


def test_with_a_profile_an_error_for_known_names_fails(
    judge_recording, recorder, contract, requirements_with, emulating
):
    with emulating() as profile:
        said, report = judge_recording(
            [recorder.entry(recorder.request(), response=build_error(contract, "InvalidInstance"))],
            "--profile",
            profile,
        )
    assert (said.code, requirements_with(report)) == (1, {"request.minimal"})


def test_another_version_of_the_api_is_not_judged(judge_recording, recorder):
    response = evolve(recorder.respond(recorder.request()), body=b'{"Other": 1}')
    request = recorder.request().with_headers(("x-acs-version", "2019-03-25"))
    said, report = judge_recording([recorder.entry(request, response=response)])
    assert said.code == 3
    assert "another version" in report["cases"][0]["reason"]


def test_an_unknown_instance_may_take_any_category(judge_recording, recorder):
    response = recorder.respond(recorder.request())
    said, _ = judge_recording([recorder.entry(recorder.request({"CategoryId": "77"}), response=response)])
    assert said.code == 0


def test_a_changed_response_may_be_a_change_of_data(judge_recording, recorder, requirements_with):
    entries = [recorder.recorded_entry(at=at) for at in (0, 10, 20)]
    document = json.loads(entries[1]["response"]["content"]["text"])
    document["Auctions"][1:3] = document["Auctions"][2:0:-1]
    other = json.dumps(document)
    for changed, code, outcome in ([2], 3, "errored"), ([1], 1, "failed"):
        for index, entry in enumerate(entries):
            text = other if index in changed else recorder.respond(recorder.request(at=index), index).body.decode()
            entry["response"]["content"].update(text=text, size=len(text))
        said, report = judge_recording(entries, "--select", "paging.repeatable")
        assert (said.code, "paging.repeatable" in requirements_with(report, outcome)) == (code, True)


def test_a_filter_is_judged_by_its_entries(judge_recording, recorder, requirements_with):
    entries = [
        recorder.recorded_entry({"Num": "100"}, 1),
        recorder.recorded_entry({"Filter": "int_attr>100"}, 3, ("filter-ignored",)),
    ]
    said, report = judge_recording(entries)
    assert (said.code, requirements_with(report)) == (1, {"filter.int_attr.greater"})


def test_pages_of_one_ranking_are_related(judge_recording, recorder, requirements_with):
    entries = [recorder.recorded_entry({"Num": "10", "Start": str(start)}, start) for start in (0, 10, 20)]
    said, report = judge_recording(entries)
    assert said.code == 0
    assert {"paging.full", "paging.concatenation", "paging.counters"} <= requirements_with(report, "passed")
