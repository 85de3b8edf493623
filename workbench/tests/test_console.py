"""Keys of the cloud API in the console (S4)."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests.cast import make_member
from workbench.cloud import keys
from workbench.models import CloudKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files"), pytest.mark.feature("S4")]


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


def url(page: str, *args: object) -> str:
    return reverse(f"admin:workbench_cloudkey_{page}", args=args)


def make_key(console: Client) -> tuple[CloudKey, HttpResponse]:
    answer = console.post(url("add"), {"name": "crm", "scopes": ["staff"]})
    assert answer.status_code == 200
    return CloudKey.objects.get(), answer


def test_it_works(console: Client):
    """Made and shown once; kept encrypted."""
    key, answer = make_key(console)
    shown = answer.content.decode()
    assert (key.name, key.scopes, key.created_by.nickname) == ("crm", ["staff"], "Sofia")
    assert key.secret_id in shown and key.secret_key in shown
    assert "no-store" in answer["Cache-Control"]
    assert key.secret_key not in key.sealed_key and keys.secret_of(key.secret_id) == key.secret_key
    page = console.get(url("changelist")).content.decode()
    assert key.secret_id in page and key.secret_key not in page


def test_a_revoked_key_stays_on_the_list_and_proves_nothing(console: Client):
    key, _answer = make_key(console)
    assert console.get(url("revoke", key.pk)).status_code == 200 and keys.secret_of(key.secret_id)
    console.post(url("revoke", key.pk))
    assert keys.secret_of(key.secret_id) is None
    assert key.secret_id in console.get(url("changelist")).content.decode()
    assert console.post(url("revoke", key.pk)).status_code == 403
    assert console.post(url("delete", key.pk)).status_code == 403


def test_agents_see_none_of_it(client: Client):
    client.force_login(make_member("alice"))
    for page in ("changelist", "add"):
        assert client.post(url(page)).status_code in (302, 403)
