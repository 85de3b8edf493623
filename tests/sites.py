"""Somebody else's web site, on an origin of its own and with a strict content security policy, that embeds the chat."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

QUEUE = "window.CSDesk = window.CSDesk || []; window.heard = [];\n" + "".join(
    f'CSDesk.push(["on", "{name}", (value) => heard.push(["{name}", value])]);\n'
    for name in ("ready", "opened", "closed", "message", "unread", "session")
)


@contextmanager
def served(handler):
    """Yields the address of a small server of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def folder(path: Path):
    """The files of a folder on a site of their own."""

    class Files(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    return served(partial(Files, directory=str(path)))


def shop(house, web_app_id: str = "", script: str = ""):
    """A site whose every path is a page with the loader and `/shop.js`, which says `script` before it."""
    policy = f"default-src 'self'; script-src 'self' {house.url}; frame-src {house.url}; img-src 'self' {house.url}"
    page = (
        "<!doctype html><html lang=zh><title>商店</title><h1>shop</h1><script src=/shop.js></script>"
        f'<script async src="{house.url}/web/im/imPublish.js?webAppId={web_app_id or house.web_app_id}"></script>'
    )

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_script = self.path == "/shop.js"
            body = (QUEUE + script if is_script else page).encode()
            self.send_response(200)
            self.send_header("Content-Type", f"text/{'javascript' if is_script else 'html'}; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    return served(Site)
