"""`manage.py serve`: Daphne with what it lacks, a drain; and, on the embedded default, worker and beat inside.

On SIGTERM or SIGINT: accept nothing new, tell clients to come back, finish every write, leave within 10 s.
"""

import contextlib
import fcntl
import logging
import os
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from cs_project import daphne_tuning

logger = logging.getLogger(__name__)
DRAIN_SECONDS = 8.0
LARGEST_FRAME = 4 * 1024 * 1024  # Autobahn applies it to what we send too; clients are held to 64 KiB in Follower


class CannotServe(Exception):
    """Why the server does not start; the text says what to do."""


def tune() -> None:
    """Before anything imports the reactor."""
    daphne_tuning.choose_event_loop()
    import daphne.server  # noqa: F401 (installs the reactor)

    daphne_tuning.drop_debug_strings()
    daphne_tuning.leave_forms_alone()
    daphne_tuning.watch_agents()


@contextlib.contextmanager
def only_process() -> Iterator[None]:
    """The embedded default is one process: SQLite's writers and the in-memory broker cannot be shared."""
    lock = Path(settings.DATA_DIR) / "serve.lock"
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotServe(
                f"another server already uses {settings.DATA_DIR}. Stop it, choose another DATA_DIR, "
                "or set DATABASE_URL and REDIS_URL to run several processes."
            ) from None
        yield


def check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotServe(f"cannot listen on {host}:{port}: {error.strerror}. Choose another with PORT=…") from None


class EmbeddedWorker:
    """Celery's worker and beat in threads of this process, on the in-memory broker."""

    def __init__(self) -> None:
        from celery.exceptions import SecurityWarning

        from cs_project.celery import app

        os.environ.setdefault("C_FORCE_ROOT", "1")  # tasks never leave this process: root adds no danger
        warnings.filterwarnings("ignore", category=SecurityWarning)
        self.worker = app.Worker(
            pool="threads", concurrency=4, without_mingle=True, without_gossip=True, without_heartbeat=True, quiet=True
        )
        self.thread = threading.Thread(target=self.worker.start, name="celery", daemon=True)
        self.beat: Any = None

    def start(self) -> None:
        from celery.beat import EmbeddedService

        from cs_project.celery import app

        self.thread.start()
        self.beat = EmbeddedService(app, thread=True)
        self.beat.daemon = True
        self.beat.start()

    def stop(self) -> None:
        import celery.worker.state

        if self.beat:
            self.beat.stop()
        celery.worker.state.should_stop = 0  # type: ignore[assignment]
        self.thread.join(timeout=5)


def serve(host: str, port: int) -> None:
    """Blocks until the server was told to stop. Raises CannotServe."""
    is_alone = settings.EMBEDDED
    check_port(host, port)
    with only_process() if is_alone else contextlib.nullcontext():
        worker = EmbeddedWorker() if is_alone else None
        _run(host, port, worker)
        if worker:
            worker.stop()


def _run(host: str, port: int, worker: EmbeddedWorker | None) -> None:
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.server import Server
    from twisted.internet import reactor

    from cs_project.asgi import application

    server = Server(
        application,
        endpoints=build_endpoint_description_strings(host=host, port=port),
        signal_handlers=True,
        verbosity=0,
        ping_interval=20,
        ping_timeout=30,
        websocket_timeout=-1,
        application_close_timeout=5,
        websocket_max_message_size=LARGEST_FRAME,
        websocket_max_frame_size=LARGEST_FRAME,
        proxy_forwarded_address_header="X-Forwarded-For" if settings.TRUSTED_PROXIES else None,
        proxy_forwarded_proto_header="X-Forwarded-Proto" if settings.TRUSTED_PROXIES else None,
        server_name="desk",
    )
    if worker:
        reactor.callWhenRunning(worker.start)
    daphne_tuning.spare_the_collector()
    reactor.addSystemEventTrigger("before", "shutdown", drain)  # type: ignore[arg-type]
    server.run()


def drain() -> Any:
    """Runs first at shutdown: clients are sent away, then every queued message is committed."""
    from twisted.internet import threads

    from sessions_flow.live.process import send_away
    from sessions_flow.writer import writer

    gone = send_away()
    logger.info("stopping: %s clients were told to come back", gone)
    return threads.deferToThread(writer.wait_until_empty, DRAIN_SECONDS)


def fail(error: CannotServe) -> None:
    sys.stderr.write(f"{error}\n")
    sys.stderr.flush()
    os._exit(2)
