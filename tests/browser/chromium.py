"""Set-up of the browser tests: finds Chromium and axe-core, brings in what it may, says how where it cannot.

    python tests/browser/chromium.py            looks, installs, and says what is there

Chromium is Debian's, installed by apt-get where it is missing and this is root. axe-core comes from the npm registry, in
one version, into .venv/axe. Nothing else is fetched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AXE_VERSION = "4.14.1"
AXE = ROOT / ".venv" / "axe" / f"axe-{AXE_VERSION}.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_CHROMIUM = "Install it (Debian: apt-get install chromium), or name it in MAGWISE_CHROMIUM."
HOW_AXE = (
    f"With npm: python tests/browser/chromium.py; or put axe.min.js {AXE_VERSION} at {AXE.relative_to(ROOT)}."
)


def chromium() -> str | None:
    """The path of a Chromium on this computer."""
    given = os.environ.get("MAGWISE_CHROMIUM")
    return given or next((found for name in NAMES if (found := shutil.which(name))), None)


def axe() -> str | None:
    """The text of axe-core."""
    return AXE.read_text(encoding="utf-8") if AXE.exists() else None


def set_up() -> list[str]:
    """Brings in what is missing; returns what could not be, each with what to do."""
    missing = []
    if chromium() is None and not _installed_chromium():
        missing.append(f"There is no Chromium. {HOW_CHROMIUM}")
    if axe() is None and not _fetched_axe():
        missing.append(f"There is no axe-core. {HOW_AXE}")
    return missing


def _installed_chromium() -> bool:
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    print("Installing Chromium with apt-get (once) ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-q"],  # one list that cannot be fetched need not stand in the way of the other
        ["apt-get", "install", "-qy", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL, timeout=600)
    return chromium() is not None


def _fetched_axe() -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        fetched = subprocess.run(
            [npm, "pack", f"axe-core@{AXE_VERSION}", "--silent"],
            check=False,
            cwd=folder,
            capture_output=True,
            timeout=120,
        )
        packed = list(Path(folder).glob("axe-core-*.tgz"))
        if fetched.returncode or not packed:
            return False
        with tarfile.open(packed[0]) as archive:
            member = archive.extractfile("package/axe.min.js")
            if member is None:
                return False
            content = member.read()
    AXE.parent.mkdir(parents=True, exist_ok=True)
    AXE.write_bytes(content)
    return True


if __name__ == "__main__":
    unmet = set_up()
    print(
        "\n".join(unmet)
        or f"Chromium: {chromium()}. axe-core {AXE_VERSION}: {hashlib.sha256(AXE.read_bytes()).hexdigest()[:12]}."
    )
    sys.exit(1 if unmet and os.environ.get("MAGWISE_BROWSER") == "required" else 0)
