"""Static files that lie in a package and are not all wanted."""

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage


class SwaggerFinder(BaseFinder):
    """Of drf-spectacular's sidecar what /api/docs/ shows, as `swagger/…`: a third of it, at every first start."""

    NAMES = ("swagger-ui.css", "swagger-ui.css.map", "swagger-ui-bundle.js", "swagger-ui-bundle.js.map")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        spec = find_spec("drf_spectacular_sidecar")
        sidecar = Path(spec.origin).parent / "static/drf_spectacular_sidecar" if spec and spec.origin else Path()
        self.storage = FileSystemStorage(sidecar / "swagger-ui-dist")
        self.storage.prefix = "swagger"  # type: ignore[attr-defined]  # collectstatic reads it

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        prefix, _slash, name = path.partition("/")
        found = [self.storage.path(name)] if prefix == "swagger" and name in self.NAMES else []
        return found if find_all else found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in self.NAMES:
            yield name, self.storage
