"""The configuration as one file of JSON: written by `export_config`, read by `import_config`."""

from cs_project.config_file.exporting import exported
from cs_project.config_file.importing import Faulty, import_config

__all__ = ["Faulty", "exported", "import_config"]
