"""Static files with hashed names, the imports inside ES modules included."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    manifest_strict = False

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """gzip only: Brotli at its best level took most of the first start."""
        return Compressor(use_brotli=False, **kwargs)
