"""The place of an image in its own search."""

import pytest


@pytest.fixture
def three_entries(sample):
    """The sample with two entries of lower score: three in all, of ten requested."""
    first = sample["Auctions"][0]
    lesser = [
        first | {"PicName": name, "Score": score, "SortExprValues": f"{score}e24;0"}
        for name, score in (("second", 0.6), ("third", 0.5))
    ]
    sample["Auctions"] += lesser
    sample["Head"] |= {"DocsFound": 3, "DocsReturn": 3}
    return sample


@pytest.fixture
def other_entries(three_entries):
    """The same without the image of the request."""
    three_entries["Auctions"][0]["PicName"] = "other"
    return three_entries


def asking(builder, **given):
    return builder.success_case("request.minimal/first", "asked", builder.request(given))


def test_an_image_with_the_highest_score_passes(locate_findings, three_entries):
    assert locate_findings(three_entries) == set()


def test_a_missing_image_fails(locate_findings, other_entries):
    assert locate_findings(other_entries) == {("ranking.found", "/Auctions/0")}


@pytest.mark.parametrize("bounds", [{"Start": "0"}, {"Start": "0", "Num": "10"}])
def test_a_page_with_plain_integer_bounds_is_judged(locate_findings, other_entries, builder, bounds):
    assert locate_findings(other_entries, case=asking(builder, **bounds)) == {("ranking.found", "/Auctions/0")}


@pytest.mark.parametrize("bounds", [{"Start": "+1"}, {"Start": " 1 "}, {"Num": "1.0"}, {"Start": ""}])
def test_a_page_with_ambiguous_bounds_is_not_judged(locate_findings, other_entries, builder, bounds):
    case = builder.unspecified_case("silence.empty/start", "a bound in a doubtful notation", builder.request(bounds))
    assert locate_findings(other_entries, case=case) == set()


def test_the_highest_score_counts_and_not_the_first_place(locate_findings, three_entries):
    three_entries["Auctions"].reverse()
    assert {name for name, _ in locate_findings(three_entries)} == {"ranking.score"}


def test_a_distance_as_score_fails(locate_findings, three_entries):
    for entry in three_entries["Auctions"]:
        entry["Score"] = 1 - entry["Score"]
    names = {name for name, _ in locate_findings(three_entries)}
    assert names == {"ranking.score", "ranking.self", "ranking.sortexprvalues"}


def test_entries_without_scores_have_no_highest_score(locate_findings, three_entries):
    for entry in three_entries["Auctions"]:
        del entry["Score"]
    assert {name for name, _ in locate_findings(three_entries)} == {"response.auctions.score.present"}


@pytest.mark.parametrize("name", [None, 7, ...])
def test_an_entry_without_a_name_is_not_another_image(locate_findings, three_entries, name):
    for entry in three_entries["Auctions"]:
        entry["PicName"] = name
        if name is ...:
            del entry["PicName"]
    assert {item for item, _ in locate_findings(three_entries)} == {
        f"response.auctions.picname.{'present' if name is ... else 'type'}"
    }
