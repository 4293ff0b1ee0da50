"""Trials -> how an effect is pooled and graded (`pool`), and what one person may expect of it (`expect`).

It does not choose a product, a dose or a limit, and it never says that a goal is reached by taking more.
"""

from magwise.evidence.expect import Expectation, Trial, expect, goals

__all__ = ["Expectation", "Trial", "expect", "goals"]
