"""What a person does, in words of the page: labels, buttons, headings."""

from __future__ import annotations

PANEL = """HARBOR MAGNESIUM ASPARTATE 615 mg
Supplement Facts
Serving Size 1 Capsule
Servings Per Container 90
Magnesium (as Magnesium Aspartate Hydrochloride) 61 mg 15%
"""


def take_label(page, panel: str = PANEL) -> None:
    page.goto("/label")
    page.get_by_label("Type or paste the panel").fill(panel)
    page.get_by_role("button", name="Read the label").click()
    page.get_by_role("button", name="Yes, that is right").click()


def onward(page) -> None:
    page.get_by_role("button", name="Next", exact=True).click()


def tell(page, *, kidney: str = "No, never", medicine: str = "Synthroid 75 mcg", at: str = "06:30") -> None:
    """Every question, one screen after the other."""
    page.goto("/about/age")
    page.get_by_label("Age in years").fill("46")
    onward(page)
    page.get_by_label("Female", exact=True).check()
    onward(page)
    page.get_by_role("group", name="Pregnant").get_by_label("No", exact=True).check()
    page.get_by_role("group", name="Breastfeeding").get_by_label("No", exact=True).check()
    onward(page)
    page.get_by_label("Country").select_option("US")
    onward(page)
    page.get_by_label(kidney).check()
    onward(page)
    onward(page)  # conditions: none
    page.get_by_label("Medicine 1", exact=True).fill(medicine)
    page.get_by_label("Times of medicine 1").fill(at)
    onward(page)
    page.get_by_label("Supplement 1", exact=True).fill("Calcium carbonate 600 mg")
    page.get_by_label("Times of supplement 1").fill("19:00")
    onward(page)
    onward(page)  # symptoms: none
    page.get_by_label("Sleep", exact=True).check()
    onward(page)
    onward(page)  # stomach
    page.get_by_label("None or hardly any").check()
    onward(page)
    page.get_by_label("Magnesium from food, in mg a day").fill("210")
    onward(page)
    while not page.url.endswith("/about/routine"):  # results, a clearance, what to avoid: nothing to tell
        onward(page)
    for name, time in (
        ("I get up", "06:30"),
        ("Breakfast", "07:30"),
        ("Lunch", "12:30"),
        ("Dinner", "19:00"),
        ("I go to bed", "22:45"),
    ):
        page.locator(f'input[type="time"][name="{_FIELD[name]}"]').fill(time)
    onward(page)


_FIELD = {
    "I get up": "wake",
    "Breakfast": "breakfast",
    "Lunch": "lunch",
    "Dinner": "dinner",
    "I go to bed": "bed",
}
