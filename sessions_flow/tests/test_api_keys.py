"""API keys and the userSig tool in the console (U9)."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts import usersig
from accounts.models import Role
from sessions_flow.access import key_of
from sessions_flow.models import ApiKey
from tests.cast import make_channel, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
KEY = re.compile(r"desk_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


@pytest.fixture
def sofia():
    return make_member("sofia", Role.ADMIN)


@pytest.fixture
def console(sofia):
    client = Client()
    client.force_login(sofia)
    return client


def make_key(console, **more):
    form = {"name": "shop", "scopes": ["visitors", "sessions.read"], **more}
    answer = console.post(reverse("admin:sessions_flow_apikey_add"), form)
    assert answer.status_code == 200, answer
    return KEY.search(answer.content.decode())[0], answer


def test_it_works(console, sofia):
    """Made and shown once; only a digest is kept."""
    shown, answer = make_key(console)
    key = key_of(shown)
    assert (key.name, key.scopes, key.created_by) == ("shop", ["sessions.read", "visitors"], sofia)
    assert shown.split("_", 2)[2] not in str(ApiKey.objects.values())
    assert "no-store" in answer["Cache-Control"]
    page = console.get(reverse("admin:sessions_flow_apikey_changelist")).content.decode()
    assert key.prefix in page and shown not in page


def test_only_the_whole_key_is_a_key(console):
    shown, _ = make_key(console)
    mark, prefix, secret = shown.split("_", 2)
    for wrong in ("", "_", shown[:-1], shown + "x", f"{mark}_{prefix}_", f"x_{prefix}_{secret}", f"{mark}__{secret}"):
        assert key_of(wrong) is None
    assert key_of(f"{mark}_\x00_{secret}") is None
    assert key_of(f"{mark}_{'中' * 12}_{secret}") is None


def test_a_rotated_key_is_another_key(console):
    shown, _ = make_key(console)
    url = reverse("admin:sessions_flow_apikey_rotate", args=[ApiKey.objects.get().pk])
    assert console.get(url).status_code == 200 and key_of(shown)
    new = KEY.search(console.post(url).content.decode())[0]
    assert key_of(new) and key_of(shown) is None


def test_a_revoked_key_stays_on_the_list_and_opens_nothing(console):
    shown, _ = make_key(console)
    key = ApiKey.objects.get()
    for url in [reverse(f"admin:sessions_flow_apikey_{page}", args=[key.pk]) for page in ("revoke", "rotate")]:
        assert console.get(url).status_code == 200
    console.post(reverse("admin:sessions_flow_apikey_revoke", args=[key.pk]))
    assert key_of(shown) is None
    assert key.name in console.get(reverse("admin:sessions_flow_apikey_changelist")).content.decode()
    assert console.post(reverse("admin:sessions_flow_apikey_rotate", args=[key.pk])).status_code == 403
    assert console.post(reverse("admin:sessions_flow_apikey_delete", args=[key.pk])).status_code == 403


def test_a_key_needs_a_name_and_something_it_may(console):
    for bad in ({"name": ""}, {"scopes": []}, {"scopes": ["everything"]}, {"channel": 999}):
        form = {"name": "shop", "scopes": ["visitors"], **bad}
        answer = console.post(reverse("admin:sessions_flow_apikey_add"), form)
        assert answer.status_code == 200 and answer.context["errors"]
    assert not ApiKey.objects.exists()


def test_agents_see_none_of_it():
    client = Client()
    client.force_login(make_member("alice"))
    for name in ("usersig", "sessions_flow_apikey_changelist", "sessions_flow_apikey_add"):
        assert client.post(reverse(f"admin:{name}")).status_code in (302, 403)


@pytest.mark.feature("U9")
def test_the_tool_generates_a_usersig(console, sofia, settings):
    page = console.get(reverse("admin:usersig")).content.decode()
    assert str(settings.IM_SDK_APP_ID) in page and settings.IM_SECRET_KEY not in page
    answer = console.post(reverse("admin:usersig"), {"user_id": "用户1", "days": "7"})
    assert usersig.verify(answer.context["made"]["sig"], "用户1") == "用户1"
    assert answer.context["made"]["sig"] in answer.content.decode()
    assert LogEntry.objects.get().object_repr == "用户1" and LogEntry.objects.get().user == sofia
    for bad in ({"user_id": ""}, {"user_id": "a" * 65}, {"days": "6"}, {"days": "181"}, {"days": "x"}):
        answer = console.post(reverse("admin:usersig"), {"user_id": "vera", "days": "7", **bad})
        assert not answer.context["made"] and answer.context["form"].errors
    assert LogEntry.objects.count() == 1


@pytest.mark.feature("U9")
def test_the_tool_is_reached_from_the_overview(console):
    make_channel()
    assert reverse("admin:usersig") in console.get(reverse("admin:index")).content.decode()
