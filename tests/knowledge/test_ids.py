"""One name, one fact: `magwise facts ID` must be able to reach every one of them."""

from __future__ import annotations

from collections import Counter

from magwise import knowledge


def test_no_two_facts_share_an_id() -> None:
    assert [
        id for id, times in Counter(one.id.lower() for one in knowledge.all_facts()).items() if times > 1
    ] == []


def test_every_fact_can_be_found() -> None:
    assert all(knowledge.find(one.id) == one for one in knowledge.all_facts())
