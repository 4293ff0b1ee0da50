"""Every page at both sizes, in light and in dark, as pictures in a folder: so that people look at what they ship.

python tests/browser/tour.py out/tour
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

SIZES = {"phone": (360, 740), "desk": (1280, 900)}
ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path) -> None:
    sys.path.insert(0, str(ROOT / "tests"))
    from playwright.sync_api import sync_playwright

    from browser.chromium import ARGUMENTS, HOW_CHROMIUM, chromium

    path = chromium()
    if path is None:
        sys.exit(f"There is no Chromium. {HOW_CHROMIUM}")
    folder.mkdir(parents=True, exist_ok=True)
    address, stop = _served()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for size, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    locale="en-US",
                    base_url=address,
                )
                _walk(
                    context.new_page(),
                    lambda page, name, s=size, c=scheme: _shot(page, folder / f"{name}-{s}-{c}.png"),
                )
                context.close()
        browser.close()
    stop()
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def _walk(page, shot: Callable) -> None:
    """First the empty states, then the demo, then refusals of somebody else."""
    from browser.steps import take_label, tell

    for path, name in (
        ("/", "01-start"),
        ("/label", "02-label-empty"),
        ("/plan", "05-plan-empty"),
        ("/nowhere", "90-not-there"),
    ):
        page.goto(path)
        shot(page, name)
    page.goto("/")
    page.get_by_role("button", name="Look at a demo first").click()
    for path, name in DEMO:
        page.goto(path)
        shot(page, name)
    page.goto("/helped")
    page.get_by_role("button", name="Open the answer").click()
    shot(page, "31-helped-answer")
    page.goto("/label")
    page.get_by_label("Or take a photo").set_input_files(ROOT / "examples" / "bottle.jpg")
    page.get_by_role("button", name="Read the label").click()
    page.wait_for_url("**/label/check", timeout=120_000)
    shot(page, "03-label-photo")
    page.goto("/label")
    page.get_by_label("Type or paste the panel").fill(page_panel())
    page.get_by_role("button", name="Read the label").click()
    shot(page, "03-label-check")
    page.goto("/plan")
    page.get_by_role("button", name="Leave the demo").click()
    take_label(page)
    tell(page, kidney="Yes")
    page.goto("/plan")
    shot(page, "07-plan-refused")
    tell(page, medicine="foobarol 5 mg", at="")
    page.goto("/plan")
    shot(page, "08-plan-ask-first")
    page.goto("/report")
    shot(page, "09-report-ask-first")


DEMO = (
    ("/label", "02-label"), ("/about", "04-about"), ("/about/kidney", "04-about-kidney"),
    ("/about/conditions", "04-about-conditions"), ("/about/medicines", "04-about-medicines"),
    ("/about/symptoms", "04-about-symptoms"), ("/about/routine", "04-about-routine"), ("/plan", "06-plan"),
    ("/today", "20-today"), ("/helped", "30-helped"), ("/compare", "40-compare"),
    ("/evidence", "50-evidence"), ("/evidence/cramps", "51-evidence-one"), ("/about/labs", "04-about-labs"),
    ("/facts", "60-facts"), ("/facts/IX019", "61-fact"), ("/catalogue", "70-catalogue"),
    ("/report", "80-report"), ("/yours", "85-yours"),
)  # fmt: skip


def page_panel() -> str:
    from browser.steps import PANEL

    return PANEL


def _shot(page, path: Path) -> None:
    page.locator("[aria-busy]").first.wait_for(state="detached", timeout=150_000)
    page.screenshot(path=path, full_page=True)


def _served() -> tuple[str, Callable[[], None]]:
    import socket
    import time

    import uvicorn

    from magwise.adapters.web.app import create_app
    from magwise.adapters.web.settings import Settings

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(Settings(quiet=True, requests_per_second=10_000)), log_config=None, access_log=False
        )
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return f"http://127.0.0.1:{listening.getsockname()[1]}", stop


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/tour"))
