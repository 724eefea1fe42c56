"""Where an image stands in its own search, and of which replies one cannot tell."""

import pytest


@pytest.fixture
def crowded(sample):
    """The sample with lesser entries behind the first: three in all, of ten asked for."""
    first = sample["Auctions"][0]
    lesser = [
        first | {"PicName": name, "Score": score, "SortExprValues": f"{score}e24;0"}
        for name, score in (("second", 0.6), ("third", 0.5))
    ]
    sample["Auctions"] += lesser
    sample["Head"] |= {"DocsFound": 3, "DocsReturn": 3}
    return sample


@pytest.fixture
def without(crowded):
    """The same without the image searched with."""
    crowded["Auctions"][0]["PicName"] = "other"
    return crowded


def asking(shop, **given):
    return shop.success_case("request.minimal/first", "asked", shop.request(given))


def test_an_image_that_leads_its_search_is_right(found, crowded):
    assert found(crowded) == set()


def test_an_image_that_is_missing_is_found_to_be(found, without):
    assert found(without) == {("ranking.found", "/Auctions/0")}


@pytest.mark.parametrize("bounds", [{"Start": "0"}, {"Start": "0", "Num": "10"}])
def test_a_page_that_is_named_in_every_reading_is_judged(found, without, shop, bounds):
    assert found(without, case=asking(shop, **bounds)) == {("ranking.found", "/Auctions/0")}


@pytest.mark.parametrize("bounds", [{"Start": "+1"}, {"Start": " 1 "}, {"Num": "1.0"}, {"Start": ""}])
def test_a_page_that_may_be_another_one_is_not(found, without, shop, bounds):
    case = shop.unspecified_case("silence.empty/start", "a bound in a doubtful notation", shop.request(bounds))
    assert found(without, case=case) == set()


def test_the_highest_score_counts_and_not_the_first_place(found, crowded):
    crowded["Auctions"].reverse()
    assert {name for name, _ in found(crowded)} == {"ranking.score"}


def test_a_score_that_is_a_distance_makes_the_image_the_last_of_its_search(found, crowded):
    for one in crowded["Auctions"]:
        one["Score"] = 1 - one["Score"]
    names = {name for name, _ in found(crowded)}
    assert names == {"ranking.score", "ranking.self", "ranking.sortexprvalues"}


def test_without_a_score_nobody_knows_which_is_the_highest(found, crowded):
    for one in crowded["Auctions"]:
        del one["Score"]
    assert {name for name, _ in found(crowded)} == {"response.auctions.score.present"}


@pytest.mark.parametrize("name", [None, 7, ...])
def test_an_entry_without_a_name_is_not_taken_for_another_image(found, crowded, name):
    for one in crowded["Auctions"]:
        one["PicName"] = name
        if name is ...:
            del one["PicName"]
    assert {one for one, _ in found(crowded)} == {f"response.auctions.picname.{'present' if name is ... else 'type'}"}
