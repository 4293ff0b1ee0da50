"""Times and numbers follow the reader."""

from __future__ import annotations

import pytest

from magwise.adapters.web.manner import Manner, manner_of


@pytest.mark.parametrize(
    ("asked", "country", "number", "clock"),
    [
        ("en-US,en;q=0.9", None, "121.5", "7:00\u00a0pm"),
        ("en-GB", None, "121.5", "19:00"),
        ("de-DE,de;q=0.9", None, "121,5", "19:00"),
        ("fr", None, "121,5", "19:00"),
        ("zh-Hans-CN", None, "121.5", "19:00"),
        ("de-DE", "US", "121.5", "7:00\u00a0pm"),  # the country that was told counts first
        ("en-US", "DE", "121,5", "19:00"),
        ("", None, "121.5", "19:00"),
        ("*", None, "121.5", "19:00"),
    ],
)
def test_the_country_counts_first_then_the_browser(asked, country, number, clock):
    manner = manner_of(asked, country)
    assert (manner.number(121.5), manner.clock("19:00")) == (number, clock)


def test_midnight_and_noon_on_twelve_hours():
    twelve = Manner(twelve_hours=True)
    assert [twelve.clock(at) for at in (0, 720, 719, 1439)] == [
        "12:00\u00a0am",
        "12:00\u00a0pm",
        "11:59\u00a0am",
        "11:59\u00a0pm",
    ]


def test_whole_numbers_have_no_point_and_money_always_has_its_digits():
    assert Manner().number(61.0) == "61"
    assert Manner().number(100) == "100"
    assert Manner(",").fixed(18.9, 2) == "18,90"
