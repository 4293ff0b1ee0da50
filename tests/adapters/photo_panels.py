"""Facts panels of our own, drawn as pictures, and what can happen to a picture between the pack and us.

The labels are invented here. `facts` are what a person would write down from the pack; each must come back.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FONTS = (
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "DejaVuSansCondensed.ttf",
    "DejaVuSans-Bold.ttf",
    "LiberationSans-Regular.ttf",
)


@dataclass(frozen=True)
class Panel:
    """Rows of cells: one cell runs across, several stand in columns with the last ones to the right."""

    rows: tuple[tuple[str, ...], ...]
    line: str  # what the row about magnesium says, without spaces
    facts: dict[str, Any]
    title: str = "Supplement Facts"


US = Panel(
    rows=(
        ("Serving Size 2 Capsules",),
        ("Servings Per Container 60",),
        ("", "Amount", "% DV"),
        ("Vitamin B6 (as pyridoxine HCl)", "10 mg", "588%"),
        ("Magnesium (as magnesium citrate)", "150 mg", "36%"),
        ("Zinc (as zinc picolinate)", "15 mg", "136%"),
        ("Other Ingredients: rice flour, magnesium stearate.",),
    ),
    line="Magnesium(asmagnesiumcitrate)150mg36%",
    facts={
        "seen": "found", "elemental_mg": 150, "elemental_low_mg": 150, "basis": "by_regulation", "serving_amount": 2,
        "serving_unit": "capsule", "servings_per_container": 60, "forms": ["citrate"], "zinc_mg": 15, "vitamin_b6_mg": 10,
    },
)  # fmt: skip
MALATE = Panel(
    rows=(
        ("Serving Size: 3 Tablets",),
        ("Servings Per Container: 40",),
        ("Amount Per Serving", "%DV"),
        ("Calcium (as calcium carbonate) 200 mg", "15%"),
        ("Magnesium (as magnesium malate) 125 mg", "30%"),
        ("Zinc (as zinc gluconate) 5 mg", "45%"),
        ("Directions: take 3 tablets daily with food.",),
    ),
    line="Magnesium(asmagnesiummalate)125mg30%",
    facts={
        "seen": "found", "elemental_mg": 125, "elemental_high_mg": 125, "basis": "by_regulation", "serving_amount": 3,
        "serving_unit": "tablet", "servings_per_container": 40, "forms": ["malate"], "zinc_mg": 5, "calcium_mg": 200,
    },
)  # fmt: skip
GERMAN = Panel(
    title="Nährwerte",
    rows=(
        ("Zusammensetzung", "pro Tablette", "NRV*"),
        ("Magnesium (als Magnesiumcitrat)", "180 mg", "48 %"),
        ("Vitamin B6", "1,4 mg", "100 %"),
        ("Zink (als Zinkgluconat)", "10 mg", "100 %"),
        ("Verzehrempfehlung: täglich 1 Tablette mit Wasser einnehmen.",),
        ("* Nährstoffbezugswert",),
    ),
    line="Magnesium(alsMagnesiumcitrat)180mg48%",
    facts={
        "seen": "found", "elemental_mg": 180, "elemental_low_mg": 180, "elemental_high_mg": 180, "serving_amount": 1,
        "serving_unit": "tablet", "forms": ["citrate"], "zinc_mg": 10, "vitamin_b6_mg": 1.4, "language": "de",
    },
)  # fmt: skip
SALT_ONLY = Panel(
    rows=(
        ("Serving Size 1 Tablet",),
        ("Servings Per Container 90",),
        ("Amount Per Serving",),
        ("Magnesium (from 615 mg magnesium aspartate)", "61 mg", "15%"),
        ("Vitamin D3 (as cholecalciferol)", "25 mcg", "125%"),
    ),
    line="Magnesium(from615mgmagnesiumaspartate)61mg15%",
    facts={
        "seen": "found", "elemental_mg": 61, "elemental_low_mg": 61, "elemental_high_mg": 61, "serving_amount": 1,
        "serving_unit": "tablet", "servings_per_container": 90, "vitamin_d_ug": 25, "confirmed": False, "language": "en",
    },
)  # fmt: skip
WITHOUT = Panel(
    rows=(
        ("Serving Size 1 Tablet",),
        ("Servings Per Container 100",),
        ("Vitamin C (as ascorbic acid)", "70 mg", "78%"),
        ("Zinc (as zinc oxide)", "15 mg", "136%"),
        ("Manganese (as manganese citrate)", "2 mg", "87%"),
        ("Other ingredients: cellulose, magnesium stearate.",),
    ),
    line="",
    facts={"seen": "none_found", "elemental_mg": None, "forms": [], "line": None},
)
PANELS = {"us": US, "malate": MALATE, "german": GERMAN, "salt": SALT_ONLY}


def font(name: str | None, size: int) -> Any:
    """The font of this file, or Pillow's own; None when the system does not have it."""
    if name is None:
        return ImageFont.load_default(size)
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def drawn(panel: Panel, *, of: str | None = None, size: int = 26) -> Image.Image:
    """The panel as printed: a frame, a title, rules between the rows."""
    letters, title = font(of, size), font(of, int(size * 1.5))
    height = int(size * 1.75)
    first = max(
        letters.getlength(cells[0]) for cells in panel.rows if len(cells) == 3 or cells[0].endswith("mg")
    )
    width = max(800, int(first) + 290)
    picture = Image.new("RGB", (width, 80 + height * len(panel.rows)), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle([8, 8, width - 9, picture.height - 9], outline="black", width=3)
    draw.text((22, 14), panel.title, font=title, fill="black")
    for number, cells in enumerate(panel.rows):
        top = 66 + number * height
        places = (
            [22]
            if len(cells) == 1
            else [22, width - 120]
            if len(cells) == 2
            else [22, width - 220, width - 110]
        )
        for place, cell in zip(places, cells, strict=True):
            draw.text((place, top), cell, font=letters, fill="black")
        draw.line([20, top + height - 8, width - 20, top + height - 8], fill="black")
    return picture


def jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def on_a_table(picture: Image.Image, colour: tuple[int, int, int] = (96, 74, 52)) -> Image.Image:
    """The pack lies on something."""
    ground = Image.new("RGB", (picture.width + 160, picture.height + 160), colour)
    ground.paste(picture, (80, 80))
    return ground


def tilted(picture: Image.Image, degrees: float) -> Image.Image:
    return on_a_table(picture).rotate(
        degrees, expand=True, fillcolor=(96, 74, 52), resample=Image.Resampling.BICUBIC
    )


def bent(picture: Image.Image, depth: float = 18) -> Image.Image:
    """As on a round bottle: rows hang through, and the sides are narrower."""
    pixels = np.asarray(on_a_table(picture))
    height, width = pixels.shape[:2]
    across = np.linspace(-1, 1, width)
    columns = np.clip(((np.sin(across * 1.1) / np.sin(1.1) + 1) / 2 * (width - 1)).astype(int), 0, width - 1)
    sunk = (depth * (1 - across**2)).astype(int)
    rows = np.clip(np.arange(height)[:, None] - sunk[None, :] + int(depth / 2), 0, height - 1)
    return Image.fromarray(pixels[rows, columns[None, :]])


def dim(picture: Image.Image, seed: int = 7) -> Image.Image:
    """Evening light with a shadow, and the grain that comes with it."""
    chance = random.Random(seed)
    pixels = np.asarray(on_a_table(picture)).astype(float)
    light = 0.30 + 0.35 * np.linspace(0, 1, pixels.shape[1])[None, :, None]
    grain = np.random.default_rng(chance.randrange(10**6)).normal(0, 9, pixels.shape)
    return Image.fromarray(np.clip(pixels * light + grain, 0, 255).astype(np.uint8))


def from_the_side(picture: Image.Image, lean: float = 0.12) -> Image.Image:
    """The camera stood to the left: what is far is smaller."""
    ground = on_a_table(picture)
    width, height = ground.size
    off = int(lean * height)
    corners = (
        0,
        0,
        0,
        height,
        width,
        height + off,
        width,
        -off,
    )  # top left, bottom left, bottom right, top right
    return ground.transform(
        (width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=(96, 74, 52)
    )


def scaled(picture: Image.Image, width: int) -> Image.Image:
    return picture.resize(
        (width, math.ceil(picture.height * width / picture.width)), Image.Resampling.LANCZOS
    )


MISHAPS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda one: one,
    "a quarter to the left": lambda one: one.rotate(90, expand=True),
    "a quarter to the right": lambda one: one.rotate(-90, expand=True),
    "upside down": lambda one: one.rotate(180),
    "tilted": lambda one: tilted(one, 7),
    "tilted the other way": lambda one: tilted(one, -11),
    "white on black": ImageChops.invert,
    "blurred": lambda one: one.filter(ImageFilter.GaussianBlur(2.0)),
    "low resolution": lambda one: scaled(one, 400),
    "on a round bottle": bent,
    "in the dark": dim,
    "from the side": from_the_side,
    "far away": lambda one: ImageChops.offset(_wide(one), 300, 200),
    "large": lambda one: scaled(one, 4000),
}  # fmt: skip


def _wide(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", (2400, 1800), (96, 74, 52))
    ground.paste(picture, (200, 200))
    return ground
