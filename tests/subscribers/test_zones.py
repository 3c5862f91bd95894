"""The time zones on offer."""

from zoneinfo import available_timezones

from newsletter.subscribers import zones


def test_zones_stand_under_their_continent_in_the_readers_language() -> None:
    choices = zones.choices("ko")

    assert choices[0] == ("", (("UTC", "UTC"),))
    asia = dict(choices)["아시아"]
    assert ("Asia/Seoul", "서울") in asia


def test_every_zone_on_offer_exists_and_is_offered_once() -> None:
    names = [zone for _continent, cities in zones.choices("en") for zone, _name in cities]

    assert len(names) > 400
    assert len(set(names)) == len(names)
    assert set(names) <= available_timezones()


def test_an_older_name_of_a_zone_is_offered_to_whoever_has_it() -> None:
    assert zones.with_choice("Asia/Calcutta", "en")[0] == ("", (("Asia/Calcutta", "Kolkata"),))
    assert zones.with_choice("Asia/Kolkata", "en") == zones.choices("en")
    assert zones.with_choice("Moon/Base", "en") == zones.choices("en")


def test_what_browsers_call_a_zone_is_known() -> None:
    reported = zones.reported()

    assert (reported["Asia/Calcutta"], reported["Asia/Katmandu"]) == ("Asia/Kolkata", "Asia/Kathmandu")
    assert not reported.keys() & dict(zones.choices("en")).keys()
