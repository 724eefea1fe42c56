"""What may answer a recorded call: success and refusals by what was asked, and by what a recording does not tell."""

import json

from attrs import evolve

from imagesearch_conformance.model.wire import WireResponse


def refusal(contract, code):
    row = contract.errors.find(code)
    body = {
        "RequestId": "B3137727-D6E9-5A2E-9D6C-5F3F8A0DB4A8", "HostId": "h", "Code": code, "Message": row.message,
        "Recommend": "r", "Success": False, "Msg": row.message,
    }  # fmt: skip
    headers = (("content-type", "application/json"),)
    return WireResponse(row.status, headers, json.dumps(body).encode())


#: What was asked, the code that came, and whether it is right.
REFUSALS = [
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


def test_a_refusal_is_right_for_what_was_broken_and_for_what_nobody_knows(judge, calls, contract):
    entries = [
        calls.entry(calls.request(given, at), at, reply=refusal(contract, code))
        for at, (given, code, _) in enumerate(REFUSALS)
    ]
    said, report = judge(entries, "--deselect", "response.requestid.unique")
    assert said.code == 1
    assert [(one["title"], one["outcome"] != "failed") for one in report["cases"]] == [
        (one["title"], right) for one, (_, _, right) in zip(report["cases"], REFUSALS, strict=True)
    ]


def test_success_is_wrong_where_a_rule_is_broken(judge, calls):
    broken = [{"Num": "1000"}, {"Num": "x"}, {"Filter": "int_attr>"}, {"InstanceName": None}]
    entries = [
        calls.entry(calls.request(given, at), at, reply=calls.answered(calls.request(at=at)))
        for at, given in enumerate(broken)
    ]
    said, report = judge(entries)
    assert said.code == 1
    assert [one["outcome"] for one in report["cases"]] == ["failed"] * len(broken)


def test_what_a_refusal_for_names_is_for_counts_as_untold(judge, calls, contract, failed):
    _, report = judge([calls.entry(calls.request(), reply=refusal(contract, "InvalidInstance"))])
    assert report["cases"][0]["outcome"] == "notApplicable"
    assert "request.minimal" in failed(report, "notApplicable")
    assert "error.InvalidInstance.status" in failed(report, "passed")


def test_with_a_profile_known_names_have_to_be_found(judge, calls, contract, failed, emulating):
    with emulating() as profile:
        said, report = judge(
            [calls.entry(calls.request(), reply=refusal(contract, "InvalidInstance"))], "--profile", profile
        )
    assert (said.code, failed(report)) == (1, {"request.minimal"})


def test_another_version_of_the_api_is_not_judged_by_this_page(judge, calls):
    reply = evolve(calls.answered(calls.request()), body=b'{"Other": 1}')
    request = calls.request().with_headers(("x-acs-version", "2019-03-25"))
    said, report = judge([calls.entry(request, reply=reply)])
    assert said.code == 3
    assert "another version" in report["cases"][0]["reason"]


def test_any_category_may_be_right_on_an_instance_that_nobody_knows(judge, calls):
    reply = calls.answered(calls.request())
    said, _ = judge([calls.entry(calls.request({"CategoryId": "77"}), reply=reply)])
    assert said.code == 0


def test_a_reply_that_changed_between_two_calls_may_be_a_change_of_data(judge, calls, failed):
    entries = [calls.made(at=at) for at in (0, 10, 20)]
    document = json.loads(entries[1]["response"]["content"]["text"])
    document["Auctions"][1:3] = document["Auctions"][2:0:-1]
    other = json.dumps(document)
    for changed, code, outcome in ([2], 3, "errored"), ([1], 1, "failed"):
        for index, entry in enumerate(entries):
            text = other if index in changed else calls.answered(calls.request(at=index), index).body.decode()
            entry["response"]["content"].update(text=text, size=len(text))
        said, report = judge(entries, "--select", "paging.repeatable")
        assert (said.code, "paging.repeatable" in failed(report, outcome)) == (code, True)


def test_a_filter_is_judged_by_what_it_lists(judge, calls, failed):
    entries = [calls.made({"Num": "100"}, 1), calls.made({"Filter": "int_attr>100"}, 3, ("filter-ignored",))]
    said, report = judge(entries)
    assert (said.code, failed(report)) == (1, {"filter.int_attr.greater"})


def test_pages_of_one_ranking_are_laid_beside_each_other(judge, calls, failed):
    entries = [calls.made({"Num": "10", "Start": str(start)}, start) for start in (0, 10, 20)]
    said, report = judge(entries)
    assert said.code == 0
    assert {"paging.full", "paging.concatenation", "paging.counters"} <= failed(report, "passed")
