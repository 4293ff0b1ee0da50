"""Trials -> how an effect is pooled (`pool`) and graded (`grade`), and what one person may expect of it (`expect`).

`outcomes` holds the pages on it; it is imported by those who show one, because every plan comes through here. Nothing
here chooses a product, a dose or a limit, and it never says that a goal is reached by taking more.
"""

from magwise.evidence.expect import Expectation, Reader, Trial, expect, expect_for, goals
from magwise.evidence.grade import Grade

__all__ = ["Expectation", "Grade", "Reader", "Trial", "expect", "expect_for", "goals"]
