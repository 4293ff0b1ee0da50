"""`make bench`: every subject in a process of its own, one after the other, with the machine named first."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

__all__ = ["main"]

SUBJECTS = {
    "plan": "The main job (aim: 0.7 s cold, 15 ms warm)",
    "labels": "Reading labels (aim: 2,000 full labels and 20,000 lines a second and core)",
    "schedule": "The solved day (aim: 5 ms fixed, 250 ms joint)",
    "pooling": "Pooling trials (aim: 5 ms for 22 trials)",
    "verdict": "One person's log (aim: 1 s for 70 days)",
    "simulation": "The body (aim: 1,000 people for 90 days in 1.5 s from a cold, cached start)",
    "server": "Twenty plans a second (aim: 95 of 100 within 150 ms, and flat memory)",
    "catalogue": "A whole catalogue (aim: cost per row does not grow)",
}


def main() -> None:
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}")
    print("Medians; machines are noisy, so read the ratios.")
    here = Path(__file__).parent
    for subject, title in SUBJECTS.items():
        if not (here / f"{subject}.py").exists():
            continue
        print(f"\n== {title}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{subject}"], cwd=here.parent, check=False)
        if done.returncode:
            print(f"   bench.{subject} stopped with exit code {done.returncode}")


if __name__ == "__main__":
    main()
