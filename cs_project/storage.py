"""Static files with hashed names, the imports inside ES modules included; without comments and spaces."""

import re
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

SMALLER = {".js": jsmin, ".css": cssmin}
HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    manifest_strict = False
    max_post_process_passes = 12  # one more than the longest chain of imports, at least

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """gzip only: Brotli at its best level took most of the first start."""
        return Compressor(use_brotli=False, **kwargs)

    def _save(self, name: str, content: File) -> str:
        """Our own scripts and styles lose a quarter of their weight; what others published stays as it is."""
        smaller = SMALLER.get(name[name.rfind(".") :]) if is_ours(name) else None
        if smaller:
            content.open()
            text = content.read()
            source = text.decode() if isinstance(text, bytes) else text
            content = ContentFile(str(smaller(source)).encode())
        return str(super()._save(name, content))


def is_ours(name: str) -> bool:
    """A file of `static/`, and none of `static/vendor/`; with a hash in its name or without."""
    source = HASH.sub("", name)
    return not name.startswith("vendor/") and any((folder / source).exists() for folder in settings.STATICFILES_DIRS)
