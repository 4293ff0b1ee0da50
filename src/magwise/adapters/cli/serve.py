"""`magwise serve`: the web app and the REST API, on this computer, or for everybody who has an account."""

from __future__ import annotations

import ipaddress
import logging
import socket
import threading
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from magwise.errors import NotFound, WrongUse

__all__ = ["serve"]

TIME_TO_FINISH = 5  # seconds that requests under way are given when the server is asked to stop
MOST_CONNECTIONS = 400  # at a time; beyond them 503


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on. Beyond this computer it takes accounts.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")
    ] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
    name: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A name by which browsers reach it, like magwise.lan (repeat)."),
    ] = None,
    accounts: Annotated[
        bool, typer.Option("--accounts", help="Ask everybody to sign in, on this computer too.")
    ] = False,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="sqlite:////path or postgresql://...; else your own.")
    ] = None,
    ssl_certfile: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Speak https with this certificate.")
    ] = None,
    ssl_keyfile: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The key of the certificate.")
    ] = None,
    behind_tls: Annotated[
        bool, typer.Option("--behind-tls", help="A proxy on this computer speaks https before it.")
    ] = False,
) -> None:
    """Open the web app; it stops with Ctrl+C.

    Example: magwise serve

    It listens to this computer only. With --host it answers others too, who have to sign in: first make an account with
    `magwise account add NAME`.
    """
    from magwise.adapters.store import database_url

    asked = _Asked(
        host, name or [], accounts or not _is_loopback(host), database_url(database), ssl_certfile, ssl_keyfile,
        behind_tls,
    )  # fmt: skip
    asked.check()
    settings = asked.settings()
    listening = _listening(host, port)
    address = f"{asked.scheme}://{_in_address(host)}:{listening.getsockname()[1]}"
    for line in asked.said(address):
        print(line, flush=True)
    _run(settings, asked, listening, address if not no_browser and _is_loopback(host) else None)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the server was asked to be."""

    host: str
    names: list[str]
    accounts: bool
    database: str
    certificate: Path | None
    key: Path | None
    behind_tls: bool

    @property
    def secure(self) -> bool:
        return self.certificate is not None or self.behind_tls

    @property
    def scheme(self) -> str:
        return "https" if self.certificate is not None else "http"

    def check(self) -> None:
        """Raises WrongUse before anything is opened."""
        if (self.certificate is None) != (self.key is None):
            raise WrongUse("A certificate needs its key, and a key its certificate.", where="--ssl-certfile")
        for file in (self.certificate, self.key):
            if file is not None and not file.is_file():
                raise NotFound("There is no such file.", where=str(file))
        if self.accounts and not _accounts_in(self.database):
            raise WrongUse(
                "Nobody has an account yet, so nobody could sign in.",
                where=f"--host {self.host}" if not _is_loopback(self.host) else "--accounts",
                remedy="Make one first: magwise account add NAME",
            )

    def settings(self) -> Any:
        from magwise.adapters.web.settings import LOOPBACK, Settings

        names = [*LOOPBACK, *self.names, *(own_names() if _is_any(self.host) else [self.host])]
        return Settings(
            names=tuple(dict.fromkeys(name.lower() for name in names)),
            secure=self.secure,
            database=self.database,
            accounts=self.accounts,
        )

    def said(self, address: str) -> list[str]:
        """What is exposed to whom, before the first request."""
        if _is_loopback(self.host) and not self.accounts:
            return [f"Magwise is at {address}", "Nothing leaves this computer. Ctrl+C stops it."]
        who = "others on the network" if not _is_loopback(self.host) else "this computer"
        lines = [
            f"Magwise is at {address} for {who}. Ctrl+C stops it.",
            "Exposed: the pages, the API under /api/v1, and /health. Everything but the page to sign in, its style "
            "and /health asks for an account.",
            f"It answers to these names: {', '.join(self.settings().names)}. Add others with --name.",
        ]
        if not self.secure:
            lines.append(
                "Warning: this is plain http. Whoever shares the network can read passwords and health data on "
                "their way. Use --ssl-certfile and --ssl-keyfile, or a proxy that speaks https and --behind-tls."
            )
        return lines


def _accounts_in(database: str) -> bool:
    """Whether anybody could sign in."""
    from magwise.adapters.store import LOCAL, open_store

    with open_store(database) as store:
        return any(one.id != LOCAL and one.password_hash for one in store.accounts().all())


def own_names() -> list[str]:
    """How others on the network may call this computer."""
    name = socket.gethostname().lower()
    return [name] if "." in name else [name, f"{name}.local"]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    """A socket bound to this address. Raises WrongUse with a free port when this one is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except OSError as taken:
        bound.close()
        raise WrongUse(
            f"Nothing can listen there: {taken.strerror or taken}.",
            where=f"{host}, port {port}",
            remedy="Is Magwise running already? Then open it in the browser; otherwise --port 0 takes a free port.",
        ) from None
    return bound


def _run(settings: Any, asked: _Asked, listening: socket.socket, browser_at: str | None) -> None:
    import uvicorn

    from magwise.adapters.web.app import create_app

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("magwise.web").setLevel(logging.INFO)
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=asked.behind_tls,  # else anybody could say where they come from
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=TIME_TO_FINISH,
        ssl_certfile=asked.certificate,
        ssl_keyfile=asked.key,
    )
    if browser_at is not None:
        opening = threading.Timer(0.8, webbrowser.open, [browser_at])
        opening.daemon = True
        opening.start()
    uvicorn.Server(config).run(sockets=[listening])


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
