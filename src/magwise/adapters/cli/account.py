"""`magwise account`: who may sign in to a server that others can reach."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from magwise.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from magwise.adapters.store.accounts import Account
    from magwise.adapters.store.store import Store

__all__ = ["account"]


def account(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="add, list, remove or password")],
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Whose account.")] = None,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help="The server's database, if it is not yours."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="With remove: do not ask.")] = False,
) -> None:
    """Accounts of a server: add, list, remove, or a new password.

    Example: magwise account add Ada

    The password is asked for, or read from the first line of standard input. To remove an account deletes everything
    that belongs to it.
    """
    from magwise.adapters.store import open_store

    actions = {"add": _add, "remove": _remove, "password": _password}
    if action not in {"list", *actions}:
        raise WrongUse(f"{action[:40]!r} is no action.", remedy="Say add, list, remove or password.")
    with open_store(database) as store:
        if action == "list":
            _list(store)
            return
        if name is None:
            raise WrongUse("Whose account?", remedy=f"magwise account {action} NAME")
        if action == "remove" and not yes:
            _ask(name)
        print(actions[action](store, name))


def _list(store: Store) -> None:
    from magwise.adapters.store import LOCAL

    found = [one for one in store.accounts().all() if one.id != LOCAL]
    for one in found:
        print(f"{one.name}  since {one.created.date()}{'' if one.password_hash else '  (no password yet)'}")
    if not found:
        print("There is no account. Add one with: magwise account add NAME")


def _add(store: Store, name: str) -> str:
    from magwise.adapters.accounts.passwords import checked_name, checked_password, hashed

    kept = checked_name(name)
    if store.accounts().named(kept) is not None:
        raise WrongUse("There is an account of this name already.", remedy="Choose another name.")
    store.accounts().add(kept, hashed(checked_password(_typed(), kept)))
    return f"{kept} can sign in."


def _password(store: Store, name: str) -> str:
    from magwise.adapters.accounts.passwords import checked_password, hashed

    found = _found(store, name)
    store.accounts().set_password(found.id, hashed(checked_password(_typed(), found.name)))
    ended = store.logins().end_all(found.id)
    return f"The password of {found.name} is new; {ended} login{'' if ended == 1 else 's'} ended."


def _remove(store: Store, name: str) -> str:
    found = _found(store, name)
    store.diary(found.id).delete_everything()  # also from the free pages of the file
    store.accounts().delete(found.id)
    return f"The account {found.name} and everything that belonged to it are gone."


def _found(store: Store, name: str) -> Account:
    from magwise.adapters.accounts.passwords import checked_name
    from magwise.adapters.store import LOCAL

    found = store.accounts().named(checked_name(name))
    if found is None or found.id == LOCAL:
        raise NotFound("There is no account of this name.", remedy="magwise account list")
    return found


def _typed() -> str:
    """The password, never shown and never an argument: arguments can be read by others on this computer."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _ask(name: str) -> None:
    if not sys.stdin.isatty():
        raise WrongUse(
            "Everything that belongs to the account would be deleted.", remedy="Add --yes if that is meant."
        )
    if not typer.confirm(f"Delete the account {name} and everything that belongs to it?"):
        raise typer.Abort
