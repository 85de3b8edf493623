"""Three surfaces, each for its own audience; and every page of the console speaks the admin's language."""

import contextlib
import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.actions import create_super_admin
from accounts.models import Role
from tests.cast import make_channel, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
TAGS = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]+>", re.S)

ENGLISH = re.compile(r"\b[a-z]{3,}(?: [a-z]{2,})+\b")  # two words and more
MEANT = {"talk to", "block relative group", "parent template empty"}  # a keyword; attributes with a > in them


@pytest.mark.feature("M1")
def test_each_surface_is_for_its_own_audience(settings):
    """用户端 is open to anybody, 客服端 to members, 管理端 to admins."""
    chat = f"/web/im/chat/?webAppId={make_channel().web_app_id}"
    seen = {}
    for who, member in (
        ("visitor", None), ("agent", make_member("alice")), ("admin", make_member("sofia", Role.ADMIN)),
        ("super admin", create_super_admin("correct-horse-9")),
    ):  # fmt: skip
        client = Client()
        if member:
            client.force_login(member)
        seen[who] = tuple(client.get(path).status_code == 200 for path in (chat, "/workbench/", "/admin/"))
    assert seen == {
        "visitor": (True, False, False), "agent": (True, True, False), "admin": (True, True, True),
        "super admin": (True, True, True),
    }  # fmt: skip


def console_pages() -> list[str]:
    """Lists, forms to add, and pages without a model."""
    named = ["admin:index", "settings", "doctor", "admin:usersig", "admin:staffing"]
    pages = [reverse(name) for name in named]
    for model in admin.site._registry:
        for page in ("changelist", "add"):
            with contextlib.suppress(NoReverseMatch):  # some have no page to add
                pages.append(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"))
    return pages


@pytest.mark.feature("D2", "M14")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_shows_technical_names(client, language):
    """Neither classes of models nor names of columns."""
    client.force_login(make_member("sofia", Role.ADMIN))
    technical = {model.__name__ for model in admin.site._registry if re.search(r"[a-z][A-Z]", model.__name__)}
    technical |= {field.name for model in admin.site._registry for field in model._meta.fields if "_" in field.name}
    found = {}
    for path in console_pages():
        answer = client.get(path, headers={"accept-language": language})
        if answer.status_code in (403, 302):
            continue  # nothing is added there, or it lies elsewhere
        assert answer.status_code == 200, path
        shown = TAGS.sub(" ", answer.content.decode())
        raw = set(re.findall(r"[A-Za-z_]+", shown)) & technical
        if language == "zh-hans":
            raw |= set(ENGLISH.findall(shown)) - MEANT
        if raw:
            found[path] = raw
    assert not found
