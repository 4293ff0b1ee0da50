"""Passwords as Argon2id hashes. A wrong name takes as long as a wrong password."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from magwise.errors import WrongUse

__all__ = ["checked_name", "checked_password", "hashed", "is_right"]

SHORTEST, LONGEST = 10, 1_000  # characters; length is what makes a password hard to guess (NIST SP 800-63B)
LONGEST_NAME = 60
_AT_ONCE = threading.BoundedSemaphore(
    2
)  # each check takes 64 MiB: a crowd of guesses must not take the machine


def checked_name(name: str) -> str:
    """The name as it is kept. Raises WrongUse for one that could be mistaken for another."""
    plain = unicodedata.normalize("NFKC", name).strip()
    if not 1 <= len(plain) <= LONGEST_NAME or any(not sign.isprintable() for sign in plain):
        raise WrongUse(
            f"A name has 1 to {LONGEST_NAME} characters that can be printed.", remedy="Choose another name."
        )
    return plain


def checked_password(password: str, name: str) -> str:
    """Raises WrongUse, with the reason, for a password that is guessed first."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WrongUse(
            f"A password has {SHORTEST} to {LONGEST} characters.",
            remedy="Four or five words make a good one.",
        )
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        raise WrongUse("This password would be guessed first.", remedy="Four or five words make a good one.")
    return password


def hashed(password: str) -> str:
    """Argon2id with a salt of its own."""
    with _AT_ONCE:
        return str(_hasher().hash(_normal(password)))


def is_right(password: str, kept: str | None) -> bool:
    """Whether it is the password behind this hash; without a hash as slow, and never."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with _AT_ONCE:
        try:
            right = _hasher().verify(kept or _nobody(), _normal(password[: LONGEST + 1]))
        except (VerificationError, InvalidHashError):
            return False
    return bool(right) and kept is not None


def _normal(password: str) -> str:
    """The same password typed on another keyboard is the same password."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher():  # type: ignore[no-untyped-def]  # its type would import argon2
    from argon2 import PasswordHasher

    return PasswordHasher()  # RFC 9106's second choice: 64 MiB, three passes


@cache
def _nobody() -> str:
    return str(_hasher().hash("nobody has this password"))
