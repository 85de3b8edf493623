"""A model server beside the tests, and the settings that lead to it."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest

from chatbot import remote


@pytest.fixture(scope="session")
def model_server() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "tests.model_server"], stdout=subprocess.PIPE, text=True)
    yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
    process.terminate()
    process.wait(10)


@pytest.fixture
def use_model(model_server, settings) -> Iterator[Callable[..., None]]:
    """`use_model("CHAT", "good")`: the endpoint with a model that behaves so."""
    settings.OUTGOING_ALLOWED = ["127.0.0.1"]

    def use(kind: str, model: str) -> None:
        setattr(settings, f"BOT_{kind}_URL", model_server)
        setattr(settings, f"BOT_{kind}_KEY", "secret-key")
        setattr(settings, f"BOT_{kind}_MODEL", model)
        remote.endpoint.cache_clear()

    yield use
    remote.endpoint.cache_clear()


@pytest.fixture
def asked(model_server) -> Callable[[], list]:
    """What the server was asked so far: path, body, Authorization."""
    return lambda: httpx.get(model_server).json()
