"""Daphne as it is, minus work that nobody needs. Applied before the reactor starts."""

import asyncio
import contextlib
import gc
import time
from functools import partial
from typing import Any

AGENTS = b"/ws/workbench/"
PING_SECONDS, PONG_SECONDS = 6.0, 5.0


def choose_event_loop() -> None:
    """uvloop where it is installed. Call before daphne.server is imported: that installs the reactor."""
    with contextlib.suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def drop_debug_strings() -> None:
    """Autobahn colours log lines for every frame, whether or not anybody reads them."""
    import autobahn.twisted.websocket
    import autobahn.websocket.protocol

    for module in (autobahn.websocket.protocol, autobahn.twisted.websocket):
        for name in ("hl", "hltype", "hlval", "hlid"):
            if hasattr(module, name):
                setattr(module, name, lambda *args, **kwargs: "")


def leave_forms_alone() -> None:
    """Twisted reads every uploaded form into memory and parses it, for nobody; an odd one gets an empty 400."""
    from daphne import http_protocol

    plain = partial(http_protocol.WebRequest, parsePOSTFormSubmission=False)
    http_protocol.WebRequest = plain


def watch_agents() -> None:
    """A dead machine says nothing: agents' sockets are asked more often than visitors' whether they are there, so that
    one is noticed within 13 s. Below the timeout no second ping is sent: Autobahn would forget the first."""
    from daphne.ws_protocol import WebSocketProtocol

    check = WebSocketProtocol.check_timeouts

    def check_timeouts(self: Any) -> None:
        if getattr(self, "path", b"") == AGENTS and self.state == self.STATE_OPEN:
            self.autoPingTimeout = PONG_SECONDS
            if time.time() - self.last_ping > PING_SECONDS:
                self._sendAutoPing()
                self.last_ping = time.time()
        check(self)

    WebSocketProtocol.check_timeouts = check_timeouts


def spare_the_collector() -> None:
    """What was imported stays: the garbage collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
