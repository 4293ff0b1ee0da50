"""The GPU's engine beside the reference: on a device where there is one, in numba's simulator of one everywhere."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from magwise.errors import MissingExtra, WrongUse
from magwise.simulate import Course, Dose, run
from magwise.simulate.engine import engine_on, numpy_engine
from magwise.simulate.people import sample
from magwise.simulate.timetable import timetable

why_no_gpu = pytest.importorskip("magwise.simulate.gpu").why_no_gpu
pytest.importorskip("numba", reason="numba is not installed on this system")

IN_THE_SIMULATOR = """
from dataclasses import replace
import numpy as np
from magwise.simulate import Course, Dose
from magwise.simulate.engine import numpy_engine
from magwise.simulate.gpu import gpu_engine
from magwise.simulate.people import sample
from magwise.simulate.timetable import timetable
doses = (Dose(150, (8.0, 19.0)), Dose(90, (13.0,), "oxide"), Dose(50, (10.0,), route="iv", duration_h=1.0),
         Dose(30, (12.0,), route="iv"))
course = Course(doses=doses, days=1, people=4, every_h=6.0).checked()
crowd, table = sample(course, numpy_engine).crowd, timetable(course)
late = replace(table, bounds_h=table.bounds_h[:, None] + np.where(table.output, 0.0, 0.2)[:, None] * np.arange(4) / 4)
for one in (table, late):
    ours, theirs = gpu_engine(crowd, one), numpy_engine(crowd, one)
    for name in ("time_h", "plasma", "urine", "faeces", "uptake"):
        assert np.abs(getattr(ours, name) / np.maximum(getattr(theirs, name), 1e-9) - 1)[1:].max() < 1e-12, name
    assert max(np.abs(a - b).max() for a, b in zip(ours.end, theirs.end)) < 1e-9
print("agrees")
"""


def test_the_kernel_agrees_in_the_simulator_of_a_gpu() -> None:
    """Python plays the device, thread by thread: logic and indices are tested, compiling for a device is not."""
    done = subprocess.run(
        [sys.executable, "-c", IN_THE_SIMULATOR],
        env=os.environ | {"NUMBA_ENABLE_CUDASIM": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.strip() == "agrees", done.stderr[-2000:]


@pytest.mark.skipif(why_no_gpu() is not None, reason=f"the agreement on a device needs one: {why_no_gpu()}")
def test_a_gpu_agrees_with_the_processor_to_one_in_a_hundred_thousand() -> None:
    course = Course(
        doses=(Dose(150, (8.0, 19.0)), Dose(90, (13.0,), "oxide")), days=28, people=1000
    ).checked()
    crowd, table = sample(course, numpy_engine).crowd, timetable(course)
    ours, theirs = engine_on("gpu")(crowd, table), engine_on("cpu")(crowd, table)

    for name in ("plasma", "urine", "faeces", "uptake"):
        assert np.abs(getattr(ours, name)[1:] / getattr(theirs, name)[1:] - 1).max() < 1e-5


@pytest.mark.skipif(why_no_gpu() is None, reason="there is a GPU here, so nothing is refused")
def test_without_a_gpu_the_command_says_what_is_missing() -> None:
    with pytest.raises(MissingExtra, match=r"no GPU to simulate on.*magwise\[gpu\]"):
        run(Course(days=1, people=2), engine_on("gpu"))


def test_another_word_is_refused() -> None:
    with pytest.raises(WrongUse, match="cpu, gpu"):
        engine_on("tpu")
