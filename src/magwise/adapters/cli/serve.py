"""`magwise serve`: the web app and the REST API, on this computer."""

from __future__ import annotations

import logging
import socket
import threading
import webbrowser
from typing import Annotated, Any

import typer

from magwise.errors import WrongUse

__all__ = ["serve"]

TIME_TO_FINISH = 5  # seconds that requests under way are given when the server is asked to stop


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes any free one.")
    ] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
) -> None:
    """Open the web app on this computer; it stops with Ctrl+C.

    Example: magwise serve
    """
    from magwise.adapters.store import database_url
    from magwise.adapters.web.settings import LOOPBACK, Settings

    if host not in LOOPBACK:
        raise WrongUse(
            "Only this computer may be served: pages for others need accounts.",
            where=f"--host {host}",
            remedy="Leave out --host.",
        )
    listening = _listening(host, port)
    address = f"http://{_in_address(host)}:{listening.getsockname()[1]}"
    _run(Settings(database=database_url()), listening, address, browser=not no_browser)


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


def _run(settings: Any, listening: socket.socket, address: str, *, browser: bool) -> None:
    import uvicorn

    from magwise.adapters.web.app import create_app

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("magwise.web").setLevel(logging.INFO)
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=TIME_TO_FINISH,
    )
    print(f"Magwise is at {address}\nNothing leaves this computer. Ctrl+C stops it.", flush=True)
    if browser:
        opening = threading.Timer(0.8, webbrowser.open, [address])
        opening.daemon = True
        opening.start()
    uvicorn.Server(config).run(sockets=[listening])


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
