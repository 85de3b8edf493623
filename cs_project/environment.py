"""Reads the process environment once, refuses bad values, and keeps generated secrets in DATA_DIR."""

import json
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def integer(name: str, default: int, least: int, most: int) -> int:
    """The variable as a number between `least` and `most`; anything else stops the start."""
    raw = env.str(name, default="") or str(default)
    if not raw.isdecimal() or not least <= int(raw) <= most:
        raise ImproperlyConfigured(f"{name}={raw!r}: expected a number from {least} to {most}")
    return int(raw)


def data_dir() -> Path:
    path = Path(env.str("DATA_DIR", default="") or BASE_DIR / "data").resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR={path}: {error.strerror}") from error
    return path


def public_url() -> str:
    """Scheme and authority that every absolute link starts with; empty while unset."""
    return web_address("PUBLIC_URL", "https://desk.example.com")


def web_address(name: str, example: str = "https://api.example.com/v1") -> str:
    """An http(s) address with a host, without its last slash; empty while unset."""
    url = env.str(name, default="").rstrip("/")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise ImproperlyConfigured(f"{name}={url!r}: expected an http(s) address such as {example}")
    return url


def redis_url() -> str:
    url = env.str("REDIS_URL", default="")
    if url and urlsplit(url).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("REDIS_URL: expected redis://, rediss:// or unix://")
    return url


class Secrets:
    """Secrets from the environment; what is not set there is made once and kept in DATA_DIR/secrets.json (0600)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "secrets.json"
        self.kept: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def get(self, name: str) -> str:
        given = env.str(name, default="")
        if given:
            return given
        if name not in self.kept:
            self.kept[name] = secrets.token_hex(32)
            self._save()
        return self.kept[name]

    def _save(self) -> None:
        partial = self.path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(self.kept, file)
        partial.replace(self.path)


def vapid_key(said: str) -> str:
    """The private key of web push as py-vapid reads it: 32 bytes, base64url. Takes hex too."""
    try:
        raw = bytes.fromhex(said) if len(said) == 64 else urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except ValueError:
        raw = b""
    if len(raw) != 32 or not 0 < int.from_bytes(raw, "big") < P256_ORDER:
        raise ImproperlyConfigured("VAPID_PRIVATE_KEY: expected 32 bytes in base64url, as web-push tools print them")
    return urlsafe_b64encode(raw).decode().rstrip("=")
