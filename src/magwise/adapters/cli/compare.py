"""`magwise compare`: products side by side, on three axes and in money. Decides nothing and crowns nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from magwise.adapters.cli.lines import label_text
from magwise.adapters.cli.plan import Today
from magwise.errors import WrongUse
from magwise.units import Interval, number

if TYPE_CHECKING:
    from rich.console import Console

    from magwise.advise import Advice
    from magwise.compare import Compared, Money, Regimen
    from magwise.product import Product

__all__ = ["Table", "compare", "compared", "empty_table", "lay_out", "of_text"]

MOST = 40  # products on one screen
ADULT = 30  # years; without a person file the limit shown is that of an adult
NO_SCORE = (
    "No column outweighs another, so there is no score. Soluble salts of one band are taken up about equally well; "
    "dose, comfort, quality and regular use decide."
)


def compare(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="A B C", help="Label files, or a person file (.toml) with its products."),
    ],
    price: Annotated[
        list[float] | None,
        typer.Option(help="Price of the pack, once for each label file in order; 0 is unknown."),
    ] = None,
    pieces: Annotated[
        list[float] | None,
        typer.Option(help="Units in the pack, once for each label file in order; 0 is unknown."),
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Currency of these prices, such as EUR.")] = None,
    mg_per_day: Annotated[
        float | None,
        typer.Option("--mg-per-day", help="The dose wanted, in mg of elemental magnesium a day."),
    ] = None,
    country: Annotated[str | None, typer.Option(help="Two letters; picks label rules and the limit.")] = None,
    today: Today = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Add what simulated people take up of one serving.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
) -> None:
    """Compare products: magnesium per dose, uptake, comfort, quality and price side by side.

    Example: magwise compare one.txt two.txt --price 12 --price 9 --pieces 90 --pieces 60 --mg-per-day 200
    """
    _check_dose(mg_per_day)
    answer = compared(
        _table(
            sources, prices=price or [], pieces=pieces or [], currency=currency, country=country, today=today
        ),
        mg_per_day,
    )
    if simulate:
        from magwise.adapters.simulated import with_uptake

        answer = with_uptake(answer)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    _show(answer)


def compared(table: Table, mg_per_day: float | None) -> dict[str, Any]:
    """The published shape of a comparison. Past a hard stop it holds no price and no regimen."""
    from magwise.compare import cheapest_regimen
    from magwise.compare import compare as side_by_side

    _check_dose(mg_per_day)
    _check_shelf(table)
    wanted = mg_per_day or table.dose_mg
    columns = side_by_side(table.shelf, mg_per_day=wanted)
    cheapest = None
    if wanted is not None and not table.stopped:
        cheapest = cheapest_regimen(
            [product for product, _ in table.shelf],
            at_least_mg=min(wanted, mg_per_day or table.surely_mg),
            limit_mg=table.limit_mg,
            at_most_mg=None if mg_per_day else table.target_mg,
        )
    return {
        "decision": table.decision,
        "products": [_column(column, priced=not table.stopped) for column in columns],
        "wanted_mg_per_day": wanted,
        "limit": {"mg_per_day": table.limit_mg, "authority": table.authority},
        "cheapest": _regimen(cheapest, table.shelf),
        "note": NO_SCORE,
    }


def _check_dose(mg_per_day: float | None) -> None:
    if mg_per_day is not None and not 0 < mg_per_day < 10_000:
        raise WrongUse(f"{mg_per_day:g} mg is no daily dose.", where="--mg-per-day")


def _check_shelf(table: Table) -> None:
    if not table.shelf:
        raise WrongUse(
            "There is no product to compare.", remedy="Give label files, or a person file with [[products]]."
        )
    if len(table.shelf) > MOST:
        raise WrongUse(
            f"{len(table.shelf)} products are more than one screen holds ({MOST}).",
            remedy="Use `magwise screen`.",
        )


def empty_table(country: str | None) -> Table:
    """A table without products; until a person is laid out, the limit shown is that of an adult there."""
    from magwise.intake.limits import supplement_limit

    adult = supplement_limit(country, ADULT)
    return Table(limit_mg=adult.mg_per_day, authority=adult.authority)


@dataclass(slots=True)
class Table:
    """What lies on the table: products with their texts, and what a person file says may be taken of them.

    dose_mg is the plan's last step, surely_mg the low end of what it holds; target_mg is what the plan never exceeds.
    Past a hard stop there is no price and no regimen (`stopped`).
    """

    shelf: list[tuple[Product, str]] = field(default_factory=list)
    limit_mg: float = 0.0
    authority: str = ""
    target_mg: float | None = None
    dose_mg: float | None = None
    surely_mg: float = 0.0
    decision: str | None = None

    @property
    def stopped(self) -> bool:
        return self.decision in ("do_not_start", "get_help_now")


def _table(
    sources: list[str],
    *,
    prices: list[float],
    pieces: list[float],
    currency: str | None,
    country: str | None,
    today: str | None,
) -> Table:
    """Every product in the order given; one person file at most."""
    if sum(source.endswith(".toml") for source in sources) > 1:
        raise WrongUse(
            "Two person files cannot share one table.", remedy="Give one, and label files beside it."
        )
    table = empty_table(country)
    files = 0
    for source in sources:
        if source.endswith(".toml"):
            _lay_out(Path(source), table, today)
            continue
        table.shelf.append(_of_file(source, _nth(prices, files), _nth(pieces, files), currency, country))
        files += 1
    return table


def _lay_out(path: Path, table: Table, today: str | None) -> None:
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.adapters.cli.plan import day_of
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    lay_out(advise(read_person_file(path, read_photo=label_of_photo), today=day_of(today)), table)


def lay_out(advice: Advice, table: Table) -> None:
    """This person's products, with what is left of their limit, their target, and what was stopped for them."""
    from magwise.findings import Level

    stopped = {one.product for one in advice.findings if one.product is not None and one.level >= Level.STOP}
    for index, (product, line) in enumerate(zip(advice.products, advice.person.products, strict=True)):
        usable = product.usable and index not in stopped
        table.shelf.append((replace(product, usable=usable), line.label))
    table.decision = advice.decision.value
    table.limit_mg = max(0.0, advice.limit.mg_per_day - advice.already_mg)
    table.authority = advice.limit.authority
    if advice.plan is not None and advice.plan.steps:
        last = advice.plan.steps[-1]
        held = [(advice.products[portion.product].per_unit, portion.units) for portion in last.portions]
        table.target_mg, table.dose_mg = advice.plan.target_mg, last.mg_per_day
        table.surely_mg = sum(per_unit.low.mg * units for per_unit, units in held if per_unit is not None)


def _of_file(
    source: str, price: float | None, pieces: float | None, currency: str | None, country: str | None
) -> tuple[Product, str]:
    return of_text(label_text(Path(source)), Path(source).stem, price, pieces, currency, country)


def of_text(
    text: str, name: str, price: float | None, pieces: float | None, currency: str | None, country: str | None
) -> tuple[Product, str]:
    """The product of this label, called as the label calls it, else by `name`."""
    from magwise.label import read_label
    from magwise.product import product_of

    label = read_label(text, country=country)
    called = label.name or name
    return product_of(label, name=called, pieces=pieces, price=price, currency=currency), text


def _nth(given: list[float], position: int) -> float | None:
    """0 stands for unknown; a negative price or count is a slip."""
    value = given[position] if position < len(given) else 0.0
    if not 0 <= value < 1e9:
        raise WrongUse(f"{value:g} is no price and no number of pieces.", where="--price, --pieces")
    return value or None


def _column(column: Compared, *, priced: bool) -> dict[str, Any]:
    from magwise.adapters.quality import note_json

    product = column.product
    return {
        "name": product.name,
        "forms": list(product.families),
        "elemental_mg": {
            "per_unit": _interval(product.per_unit),
            "unit": product.unit,
            "per_serving": _interval(column.per_serving),
            "basis": product.basis.value,
            "why_not": product.why_not,
        },
        "absorption": {
            "band": column.band.name,
            "share": {"low": column.band.low, "high": column.band.high},
            "says": list(column.band.says),
            "facts": list(column.band.facts),
        },
        "tolerability": {
            "word": column.gut.word,
            "says": list(column.gut.says),
            "facts": list(column.gut.facts),
        },
        "price": {
            "amount": product.price,
            "currency": product.currency,
            "pieces": product.pieces,
            "per_100_mg": _money(column.per_100_mg),
            "per_day": _money(column.per_day),
            "per_absorbed_mg": _money(column.per_absorbed_mg, digits=5),
        }
        if priced
        else None,
        "quality": [note_json(note) for note in column.notes],
    }


def _interval(held: Interval | None) -> dict[str, float | None] | None:
    if held is None:
        return None
    best = None if held.best is None else round(held.best.mg, 2)
    return {"low": round(held.low.mg, 2), "best": best, "high": round(held.high.mg, 2)}


def _money(money: Money | None, *, digits: int = 4) -> dict[str, float | None] | None:
    if money is None:
        return None
    best = None if money.best is None else round(money.best, digits)
    return {"low": round(money.low, digits), "best": best, "high": round(money.high, digits)}


def _regimen(day: Regimen | None, shelf: list[tuple[Product, str]]) -> dict[str, Any] | None:
    if day is None:
        return None
    return {
        "take": [
            {"product": part.product, "name": shelf[part.product][0].name, "units": part.units}
            for part in day.parts
        ],
        "elemental_mg": _interval(day.per_day),
        "cost_per_day": round(day.cost_per_day, 4),
        "currency": day.currency,
    }


def _show(answer: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    products = answer["products"]
    table = Table(show_lines=True)
    table.add_column("")
    for one in products:
        table.add_column(Text(one["name"][:60]))
    priced = all(one["price"] for one in products)
    rows: dict[str, Callable[[dict[str, Any]], str]] = {
        "magnesium": _told_amount,
        "uptake": _told_uptake,
        "comfort": lambda one: str(one["tolerability"]["word"]),
    }
    if "simulated" in products[0]:
        rows["taken up, simulated"] = _told_simulated
    prices = {
        "price of 100 mg": "per_100_mg",
        "price of a day": "per_day",
        "price of 1 mg absorbed": "per_absorbed_mg",
    }
    for title, told in rows.items():
        table.add_row(title, *(Text(told(one)) for one in products))
    for title, which in prices.items() if priced else ():
        table.add_row(title, *(Text(_told_money(one, which)) for one in products))
    console = Console()
    console.print(table)
    common = set.intersection(*({note["message"] for note in one["quality"]} for one in products))
    for one in products:
        console.print(Text(one["name"], style="bold"))
        _show_notes(console, [note for note in one["quality"] if note["message"] not in common])
    if len(products) > 1:
        console.print(Text("All of them", style="bold"))
    _show_notes(console, [note for note in products[0]["quality"] if note["message"] in common])
    console.print(Text(_told_regimen(answer)))
    console.print(Text(answer["note"]))


def _show_notes(console: Console, notes: list[dict[str, Any]]) -> None:
    for note in notes:
        mark = "!" if note["level"] == "caution" else "-"
        console.print(
            f"  {mark} {note['message']}{' (draft)' if note['draft'] else ''}", markup=False, highlight=False
        )


def _told_amount(one: dict[str, Any]) -> str:
    held, serving = one["elemental_mg"]["per_unit"], one["elemental_mg"]["per_serving"]
    if held is None:
        return str(one["elemental_mg"]["why_not"] or "cannot tell")
    return f"{_span(held)} mg a {one['elemental_mg']['unit']}, {_span(serving)} mg a serving"


def _told_uptake(one: dict[str, Any]) -> str:
    share = one["absorption"]["share"]
    return f"{one['absorption']['band']}: about {100 * share['low']:.0f} to {100 * share['high']:.0f} %"


def _told_simulated(one: dict[str, Any]) -> str:
    """Of one serving with a meal; the price of a milligram beside it where there is one."""
    found = one["simulated"]
    if found is None or "refused" in found:
        return "cannot tell" if found is None else str(found["refused"])
    taken, price = found["absorbed_mg"], found["price_per_absorbed_mg"]
    told = f"{taken['p50']:.0f} of {found['dose_mg']:g} mg ({taken['p5']:.0f} to {taken['p95']:.0f})"
    if price is None:
        return told
    return f"{told}; {price['p50']:.4f} {one['price']['currency'] or ''} a mg taken up".replace("  ", " ")


def _told_money(one: dict[str, Any], which: str) -> str:
    money = one["price"][which]
    if money is None:
        above = which == "per_day" and one["price"]["per_100_mg"] is not None
        return "one unit is more than the dose" if above else "not known"
    digits = 4 if which == "per_absorbed_mg" else 2
    low, high = f"{money['low']:.{digits}f}", f"{money['high']:.{digits}f}"
    told = low if low == high else f"{low} to {high}"
    return f"{told} {one['price']['currency'] or ''}".strip()


def _told_regimen(answer: dict[str, Any]) -> str:
    from magwise.findings import Decision
    from magwise.wording import HEADLINES

    day, wanted = answer["cheapest"], answer["wanted_mg_per_day"]
    if answer["decision"] in ("do_not_start", "get_help_now"):
        return f"{HEADLINES[Decision(answer['decision'])]} No price is shown; `magwise plan` says why."
    if wanted is None:
        return "Give --mg-per-day to see the price of a day and the cheapest way to reach it."
    if day is None:
        limit = answer["limit"]
        return (
            f"No day of these products surely gives {wanted:g} mg and stays within {limit['mg_per_day']:g} mg "
            f"({limit['authority']}), or prices are missing or in several currencies."
        )
    take = " and ".join(f"{part['units']:g} of {part['name']}" for part in day["take"])
    return (
        f"Cheapest for at least {wanted:g} mg a day: {take} ({_span(day['elemental_mg'])} mg) for "
        f"{day['cost_per_day']:.2f} {day['currency'] or ''}".rstrip()
        + ". Whether you may take it is another question: `magwise plan`."
    )


def _span(held: dict[str, float]) -> str:
    low, high = number(held["low"]), number(held["high"])
    return low if low == high else f"{low} to {high}"
