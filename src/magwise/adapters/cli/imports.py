"""`magwise import`: names of medicines from a release that the user has, beside our own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from magwise.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from magwise.adapters.importers.rxnorm import Reject, Release

__all__ = ["import_names"]

SHORTEST = 4  # letters; a shorter name is too often an ordinary word
MOST_REJECTS = 100_000  # rows kept in the file; more of them tell nothing new
PAUSE = 5.0  # seconds between two words about progress


def import_names(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="rxnorm")],
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[RRF]", help="RXNCONSO.RRF, its folder, or the release's .zip."),
    ] = None,
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove the imported names; our own stay.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Names of medicines from a release of RxNorm that you have, beside the names that Magwise knows.

    Example: magwise import rxnorm RxNorm_full_11022026.zip

    Without RRF it tells what is imported. Names of ours always come first. An imported name of an ingredient
    that we have rules for takes these rules; any other is recognised, and without a rule. The names stay in your
    user's folder (MAGWISE_HOME names another). An import that is cut off changes nothing; begin it again.
    """
    if what.casefold() != "rxnorm":
        raise WrongUse(f"{what!r} cannot be imported.", where="WHAT", remedy="There is: rxnorm.")
    told = _forgotten() if forget else _state() if source is None else _imported(source)
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for line in _in_words(told):
        print(line)


def _forgotten() -> dict[str, Any]:
    from magwise.adapters.imported_names import forget

    return {"forgotten": forget()}


def _state() -> dict[str, Any]:
    from magwise.adapters.imported_names import kept, place_of

    told = kept()
    if told is None:
        raise NotFound(
            "No names of RxNorm are imported.",
            where=str(place_of()),
            remedy="magwise import rxnorm RXNCONSO.RRF (RxNorm itself comes from the US National Library of Medicine).",
        )
    return {"kept": dict(told)}


def _imported(source: Path) -> dict[str, Any]:
    from magwise.adapters.imported_names import place_of, rejects_of, save
    from magwise.adapters.importers.rxnorm import read_release

    began = time.monotonic()
    place_of().parent.mkdir(parents=True, exist_ok=True)
    beside = rejects_of().with_suffix(".part")
    try:
        with beside.open("w", encoding="utf-8") as file:
            release = read_release(source, _Keeper(file), _Progress())
            names, skipped = _usable(release)
            told = {"release": source.name, "with_relations": "yes" if release.with_relations else "no"}
            saved = save(names, told)
        beside.replace(rejects_of())
    except KeyboardInterrupt:
        print("\nStopped; nothing was changed.", file=sys.stderr)
        raise
    finally:
        beside.unlink(missing_ok=True)
    return {
        "rows": release.rows,
        "ingredients": release.ingredients,
        "brands": release.brands,
        "names": saved.names,
        "with_rules": _with_rules(names),
        "left_out": dict(sorted((release.left_out + skipped).items())),
        "rejects": release.rejects,
        "rejects_file": str(rejects_of()) if release.rejects else None,
        "with_relations": release.with_relations,
        "digest": saved.digest,
        "seconds": round(time.monotonic() - began, 1),
    }


class _Keeper:
    """Writes rejects into a file, up to a bound."""

    def __init__(self, file: IO[str]) -> None:
        self.file, self.written = file, 0

    def __call__(self, reject: Reject) -> None:
        if self.written < MOST_REJECTS:
            row = {"file": reject.file, "row": reject.row, "why": reject.why, "given": reject.given}
            self.file.write(json.dumps(row, ensure_ascii=False) + "\n")
            self.written += 1


def _usable(release: Release) -> tuple[dict[str, tuple[str, ...]], Any]:
    """The names that are neither ours nor ordinary words, as lines are read; and why the others are not."""
    from collections import Counter

    from magwise.medicine.names import own_product_named
    from magwise.medicine.words import phrase_key

    ordinary = _ordinary()
    names: dict[str, tuple[str, ...]] = {}
    why: Counter[str] = Counter()
    for name, parts in release.names.items():
        key = phrase_key(name)
        if own_product_named(key) is not None:
            why["names that are ours already"] += 1
        elif len(key) < SHORTEST or key.replace(" ", "").isdigit():
            why["names too short to be told from other words"] += 1
        elif key in ordinary:
            why["names that are ordinary words"] += 1
        else:
            names.setdefault(key, parts)
    return names, why


def _ordinary() -> frozenset[str]:
    """Words that mean something else in such lines: times, directions, complaints, what people say for a medicine."""
    from magwise.knowledge import entries
    from magwise.medicine.words import phrase_key, plain_words

    spoken = {str(words) for entry in entries("medicines/words") for words in entry["words"]}
    lay = {
        part for entry in entries("medicines/lay") for words in entry["words"] for part in str(words).split()
    }
    return frozenset(plain_words() | {phrase_key(one) for one in spoken | lay})


def _with_rules(names: dict[str, tuple[str, ...]]) -> int:
    from magwise.medicine import spacings_of

    ruled = {part: bool(spacings_of(part)) for parts in names.values() for part in parts}
    return sum(any(ruled[part] for part in parts) for parts in names.values())


class _Progress:
    """A line on standard error now and then."""

    def __init__(self) -> None:
        self.said = time.monotonic()

    def __call__(self, rows: int, share: float) -> None:
        if time.monotonic() - self.said >= PAUSE:
            self.said = time.monotonic()
            print(f"{rows:,} rows, {share:.0%}", file=sys.stderr, flush=True)


def _in_words(told: dict[str, Any]) -> Iterator[str]:
    if "forgotten" in told:
        yield "The imported names are removed." if told["forgotten"] else "No names were imported."
        return
    if "kept" in told:
        kept = told["kept"]
        yield f"{int(kept['names']):,} names from {kept['release']} are in use (rxnorm.{kept['digest']} in receipts)."
        return
    yield f"{told['rows']:,} rows read in {told['seconds']} s."
    yield (
        f"{told['names']:,} names are new; {told['with_rules']:,} of them mean an ingredient with a rule, the "
        "others are recognised without one."
    )
    if not told["with_relations"]:
        yield "There was no RXNREL.RRF beside it, so brands were read from the names of their products."
    for why, count in told["left_out"].items():
        yield f"  left out: {count:,} {why}"
    if told["rejects"]:
        yield f"{told['rejects']:,} could not be used, with reasons: {told['rejects_file']}"
    yield f"Receipts now say rxnorm.{told['digest']}. Remove the names with: magwise import rxnorm --forget"
