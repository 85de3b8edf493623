"""A running installation, started as its operator would start it: the full size, or the embedded default."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from tests.servers import free_port, start_redis

ROOT = Path(__file__).parent.parent
PASSWORD = "demo-pass-123"
PATIENCE = 40  # seconds until it must answer
SETTINGS_SECONDS = 1.5  # for which a process believes the settings that it read


@dataclass
class House:
    """Processes of one installation. `url` is where people come in."""

    folder: Path
    env: dict[str, str]
    port: int
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)
    web_app_id: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def chat_url(self) -> str:
        return f"{self.url}/web/im/chat/?webAppId={self.web_app_id}"

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)}:\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def python(self, code: str) -> str:
        """Runs code inside the installation, as `manage.py shell -c` does. For facts that have no door yet."""
        return self.manage("shell", "--no-imports", "-v", "0", "-c", code).strip()

    def settle_settings(self) -> None:
        """Every process has forgotten the settings that were changed behind its back."""
        time.sleep(SETTINGS_SECONDS)

    def start(self, name: str, *command: str) -> subprocess.Popen:
        log = (self.folder / f"{name}.log").open("ab")
        process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        self.processes[name] = process
        return process

    def start_web(self) -> None:
        self.start("web", sys.executable, "manage.py", "serve")
        self.wait_until_up()

    def wait_until_up(self) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            if self.processes["web"].poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the server did not start:\n{self.log()}")
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """kill -9"""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop(self, name: str, seconds: float = 15) -> int:
        """SIGTERM; the exit code."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def stop_all(self) -> None:
        for name in list(self.processes):
            with suppress(subprocess.TimeoutExpired):
                self.stop(name)

    def log(self, name: str = "web") -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-20_000:] if path.exists() else ""


def _environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DATA_DIR": str(folder / "data"),
        "STATIC_ROOT": str(static_root()),
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DEMO_PASSWORD": PASSWORD,
        "PYTHONUNBUFFERED": "1",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",
        "LOG_LEVEL": "INFO",
        "LOGIN_RATE": "100000",  # tests log in from one address as fast as they can
        **more,
    }


@dataclass(frozen=True)
class Foundation:
    """An installation before its first start, migrated and with or without the demo: houses are copies of it."""

    data: Path
    database: str = ""
    web_app_id: str = ""


@cache
def foundations() -> Path:
    """This process's own folder for them."""
    folder = Path(tempfile.mkdtemp(prefix="desk-houses-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def static_root() -> Path:
    """Collected once, shared by all houses."""
    return foundations() / "static"


@cache
def foundation(is_full: bool, with_demo: bool) -> Foundation:
    folder = foundations() / f"{'full' if is_full else 'small'}-{'demo' if with_demo else 'bare'}"
    database = name_of_database("foundation") if is_full else ""
    (folder / "data").mkdir(parents=True)
    if database:
        create_database(database)
    env = _environment(folder, free_port(), DATABASE_URL=url_of(database), REDIS_URL="")
    house, web_app_id = House(folder, env, 0), ""
    house.manage("migrate", "-v", "0")
    if not static_root().exists():
        house.manage("collectstatic", "--noinput", "-v", "0")
    if with_demo:
        web_app_id = house.manage("load_demo").split("webAppId=")[1].split()[0]
    return Foundation(folder / "data", database, web_app_id)


def name_of_database(name: str) -> str:
    """Workers may run tests of one module side by side."""
    return f"house_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def create_database(name: str, like: str = "template1") -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')


def url_of(database: str) -> str:
    """Empty for SQLite."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl() if database else ""


def _built(base: Foundation, folder: Path, port: int, **env: str) -> House:
    shutil.copytree(base.data, folder / "data")
    return House(folder, _environment(folder, port, **env), port, web_app_id=base.web_app_id)


@contextmanager
def full_house(folder: Path, name: str, **env: str):
    """PostgreSQL, Redis, web, worker and beat as separate processes. `env`: settings of its own.

    Houses share the database's server, but no Redis: a worker would take the tasks of another house."""
    base, database, port = foundation(True, True), name_of_database(name), free_port()
    redis = None
    if "REDIS_URL" not in env:
        folder.mkdir(parents=True, exist_ok=True)
        env["REDIS_URL"], redis = start_redis(folder / "redis")
    create_database(database, like=base.database)
    house = _built(base, folder, port, DATABASE_URL=url_of(database), **env)
    try:
        house.start_web()
        start_workers(house)
        yield house
    finally:
        house.stop_all()
        if redis:
            redis.terminate()


def start_workers(house: House) -> None:
    celery = (sys.executable, "-m", "celery", "-A", "cs_project")
    house.start("worker", *celery, "worker", "--pool=threads", "--concurrency=4", "-Q", "celery", "--without-mingle")
    house.start("beat", *celery, "beat", "-s", str(house.folder / "beat"))


def house_of(size: str, folder: Path, name: str, **env: str):
    """Of this size, full or small. `name` tells it from this worker's other full ones."""
    return full_house(folder / size, name, **env) if size == "full" else small_house(folder / size, **env)


@contextmanager
def small_house(folder: Path, with_demo: bool = True, **env: str):
    """The embedded default: one process, SQLite, nothing else; without the demo, not even a super admin."""
    house = _built(foundation(False, with_demo), folder, free_port(), DATABASE_URL="", REDIS_URL="", **env)
    try:
        house.start_web()
        yield house
    finally:
        house.stop_all()
