"""Leaving out places that no best day needs never costs anything."""

from random import Random

from magwise.schedule.joint import search_with_cp_sat
from magwise.schedule.needs import Place
from magwise.schedule.search import Arrangement, Costs, cost_of, search_plainly, worth_a_look


def any_search(random: Random) -> tuple[Arrangement, Costs]:
    times = random.sample(range(0, 1440, 15), 9)
    known = frozenset(random.sample(times, 3))
    sitting = {at: at if random.random() < 0.7 else min(known) for at in times}
    many = random.randint(2, 4)
    habits = tuple(random.choice((None, random.choice(times))) for _ in range(many))
    wanted = [random.choice(times) if habit is None else habit for habit in habits]
    places = tuple(
        tuple(Place(at, 0, 0, sitting[at]) for at in random.sample(times, random.randint(1, 7)))
        for _ in habits
    )
    shifts = tuple(lambda at, to=to: min((at - to) % 1440, (to - at) % 1440) for to in wanted)
    minerals = tuple(random.random() < 0.6 for _ in habits)
    return Arrangement((0,), places, 0), Costs(habits, minerals, shifts, known)


def test_places_that_are_left_out_never_make_the_day_worse():
    random = Random(3)
    left_out = 0
    for _ in range(1500):
        everything, costs = any_search(random)
        fewer = worth_a_look(everything, costs)
        left_out += sum(map(len, everything.places)) - sum(map(len, fewer.places))

        assert search_plainly([fewer], costs).cost == search_plainly([everything], costs).cost
    assert left_out > 1000


def test_the_price_of_a_choice_is_what_its_places_cost():
    random = Random(4)
    for _ in range(200):
        everything, costs = any_search(random)
        choice = search_plainly([everything], costs)

        assert choice.cost == cost_of(everything, choice.places, costs)


def test_cp_sat_finds_the_same_price():
    random = Random(5)
    for _ in range(60):
        everything, costs = any_search(random)

        assert search_with_cp_sat([everything], costs).cost == search_plainly([everything], costs).cost
