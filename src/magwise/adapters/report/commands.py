"""One page for each command, from its own --help."""

from __future__ import annotations

from typing import Any

from magwise.adapters.report.markdown import cut, page, table

__all__ = ["pages"]

WIDTH = 80


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    from magwise.adapters.cli import COMMANDS

    made = {
        f"commands/{name}.md": page(f"magwise {name}", *(cut(text) for text in _helps(name)))
        for name in COMMANDS
    }
    listed = table(
        ["command", "what it does"],
        [(f"[`magwise {name}`]({name}.md)", short) for name, (_, _, short) in COMMANDS.items()],
    )
    made["commands/README.md"] = page("Commands", listed, cut(_helps(None)[0]))
    return made


def _helps(name: str | None) -> list[str]:
    """What `magwise NAME --help` prints on a screen of 80 columns, then the same of its own commands."""
    import typer

    from magwise.adapters.cli import app

    everything: Any = typer.main.get_command(app)
    above = everything.context_class(everything, info_name="magwise", terminal_width=WIDTH)
    if name is None:
        return [str(everything.get_help(above))]
    command = everything.get_command(above, name)
    context = command.context_class(command, info_name=name, parent=above, terminal_width=WIDTH)
    helps = [str(command.get_help(context))]
    for inner, one in getattr(command, "commands", {}).items():
        below = one.context_class(one, info_name=inner, parent=context, terminal_width=WIDTH)
        helps.append(str(one.get_help(below)))
    return helps
