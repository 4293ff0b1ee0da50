"""One page for each command, from its own --help."""

from __future__ import annotations

from typing import Any

from magwise.adapters.report.markdown import cut, page, table

__all__ = ["pages"]

WIDTH = 80


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    from magwise.adapters.cli import COMMANDS

    made = {f"commands/{name}.md": page(f"magwise {name}", cut(_help(name))) for name in COMMANDS}
    listed = table(
        ["command", "what it does"],
        [(f"[`magwise {name}`]({name}.md)", short) for name, (_, _, short) in COMMANDS.items()],
    )
    made["commands/README.md"] = page("Commands", listed, cut(_help(None)))
    return made


def _help(name: str | None) -> str:
    """What `magwise NAME --help` prints on a screen of 80 columns."""
    import typer

    from magwise.adapters.cli import app

    everything: Any = typer.main.get_command(app)
    above = everything.context_class(everything, info_name="magwise", terminal_width=WIDTH)
    if name is None:
        return str(everything.get_help(above))
    command = everything.get_command(above, name)
    context = command.context_class(command, info_name=name, parent=above, terminal_width=WIDTH)
    return str(command.get_help(context))
