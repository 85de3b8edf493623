"""Both languages are complete: a text without Chinese fails."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted(ROOT.glob("locale/**/django.po"))


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_missing_or_fuzzy(path):
    unfinished = [
        entry.msgid
        for entry in polib.pofile(str(path))
        if not entry.obsolete and (entry.fuzzy or not entry.translated())
    ]
    assert unfinished == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_compiled_catalogue_is_up_to_date(path):
    """Running needs no gettext: the compiled files are committed."""
    compiled = _texts(polib.mofile(str(path.with_suffix(".mo"))))
    written = _texts(entry for entry in polib.pofile(str(path)) if not entry.obsolete)
    assert {key: value for key, value in written.items() if compiled.get(key) != value} == {}


def _texts(entries):
    return {(entry.msgctxt, entry.msgid): entry.msgstr for entry in entries if entry.msgid}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: str(path.relative_to(ROOT)))
def test_placeholders_survive(path):
    """A translation that loses a variable would break the page."""
    for entry in polib.pofile(str(path)):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text and not entry.msgid_plural:
                assert set(re.findall(r"%\(\w+\)s|\$?\{\w*\}", entry.msgid)) == set(
                    re.findall(r"%\(\w+\)s|\$?\{\w*\}", text)
                ), entry.msgid


@pytest.mark.skipif(not shutil.which("xgettext"), reason="needs gettext (make test installs it)")
def test_every_text_is_in_the_catalogue(tmp_path):
    """makemessages on a copy finds nothing new."""
    copy = tmp_path / "copy"
    skipped = shutil.ignore_patterns(".venv", ".git", "node_modules", "data", "static", "__pycache__", ".*cache*")
    shutil.copytree(ROOT, copy, ignore=skipped)
    known = {entry.msgid for entry in polib.pofile(str(ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"))}
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--no-location", "--ignore=tests"]
    (copy / "static").mkdir()
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    found = {
        entry.msgid for entry in polib.pofile(str(copy / "locale/zh_Hans/LC_MESSAGES/django.po")) if not entry.obsolete
    }
    assert found - known == set()
