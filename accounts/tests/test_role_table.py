"""Who may do what to whom: every actor × every target × every action, through the console, with forged fields in every
post. The table below is written by hand from the document (T6 to T15, A78) and knows nothing of `accounts.rules`."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone

from accounts.models import Member, Role
from tests.cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
ACTORS = ("boss", "sofia", "alice", "stranger", "forced_off_admin", "deleted_admin", "demoted_admin")
TARGETS = ("boss", "sofia", "olga", "alice", "frank", "dora")
ACTIONS = (
    "look", "edit", "role", "promote", "reset", "force_off", "restore", "delete", "clear_phone", "reset_second_factor",
)  # fmt: skip
# What an admin may do to each; nobody else may do anything.
ORDINARY = {"look", "edit", "role", "reset", "force_off", "delete", "clear_phone", "reset_second_factor"}
ALLOWED = {
    "boss": {"look"},  # the super admin: nobody, not he himself
    "olga": ORDINARY,  # another admin
    "alice": ORDINARY,  # an agent
    "frank": ORDINARY - {"force_off"} | {"restore"},  # an agent who was forced offline
    "dora": set(),  # an agent who was deleted
}
HIMSELF = {"look", "edit"}
FORGED = {
    "id": "1", "pk": "1", "is_superuser": "on", "is_staff": "on", "is_active": "on", "account": "evil@example.com",
    "email": "evil@example.com", "password": "pbkdf2_sha256$1$x$y", "public_id": "0" * 32, "deleted_at": "",
    "deleted_at_0": "2020-01-01", "forced_off_at": "", "must_change_password": "", "phone": "+8613800000000",
    "created_at": "2020-01-01", "last_login": "2020-01-01", "avatar": "x",
}  # fmt: skip
VOLATILE = ("changed_at", "last_login")


@pytest.fixture
def team(settings) -> dict[str, Member]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    roles = {"boss": Role.SUPER_ADMIN, "sofia": Role.ADMIN, "olga": Role.ADMIN, "alice": Role.AGENT,
             "frank": Role.AGENT, "dora": Role.AGENT, "forced_off_admin": Role.ADMIN, "deleted_admin": Role.ADMIN,
             "demoted_admin": Role.ADMIN}  # fmt: skip
    made = {name: make_member(name, role) for name, role in roles.items()}
    for position, member in enumerate(made.values()):
        Member.objects.filter(pk=member.pk).update(phone=f"+86139000000{position:02d}")
    return made


def enter(team: dict[str, Member], actor: str) -> Client:
    """Logged in first; what takes the right away comes afterwards, while the login is open."""
    client = Client()
    if actor != "stranger":
        client.force_login(team[actor])
    now = timezone.now()
    Member.objects.filter(account__in=["frank@example.com", "forced_off_admin@example.com"]).update(forced_off_at=now)
    Member.objects.filter(account__in=["dora@example.com", "deleted_admin@example.com"]).update(deleted_at=now)
    Member.objects.filter(account="demoted_admin@example.com").update(role=Role.AGENT)
    return client


def everybody() -> dict[int, dict]:
    rows = {
        row["id"]: {key: value for key, value in row.items() if key not in VOLATILE} for row in Member.objects.values()
    }
    for member in Member.objects.prefetch_related("groups_served"):
        rows[member.pk]["groups"] = sorted(group.pk for group in member.groups_served.all())
    return rows


def may(actor: str, target: str, action: str) -> bool:
    if actor not in ("boss", "sofia"):
        return False
    return action in (HIMSELF if actor == target == "sofia" else ALLOWED.get(target, ORDINARY))


def act(client: Client, target: Member, action: str):
    """The post that a page of the console would send, and what nobody's page would send beside it."""
    if action == "look":
        return client.get(reverse("admin:accounts_member_change", args=[target.pk]))
    if action not in ("edit", "role", "promote"):
        return client.post(reverse(f"admin:accounts_member_{action}", args=[target.pk]), {**FORGED, "post": "yes"})
    now = Member.objects.get(pk=target.pk)
    other = Role.AGENT if now.role == Role.ADMIN else Role.ADMIN
    role = {"edit": now.role, "role": other, "promote": Role.SUPER_ADMIN}[action]
    nickname = "Renamed" if action == "edit" else now.nickname
    data = {"nickname": nickname, "role": role, "staff_no": now.staff_no}
    return client.post(reverse("admin:accounts_member_change", args=[target.pk]), {**FORGED, **data})


CHANGES = {
    "look": set(), "edit": {"nickname"}, "role": {"role"}, "reset": {"password", "must_change_password"},
    "force_off": {"forced_off_at"}, "restore": {"forced_off_at"}, "delete": {"deleted_at"}, "clear_phone": {"phone"},
    "reset_second_factor": set(),
}  # fmt: skip


@pytest.mark.feature("T1", "T6", "T7", "T9", "T10", "T11", "T12", "T13", "T14", "T15", "A78")
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("actor", ACTORS)
def test_the_table(team, actor, target, action):
    client = enter(team, actor)
    before = everybody()
    answer = act(client, team[target], action)
    after = everybody()
    changed = {pk for pk in after if after[pk] != before.get(pk)}
    assert after.keys() == before.keys()
    if not may(actor, target, action):
        assert not changed, {pk: after[pk] for pk in changed}
        is_sent_away = answer.status_code == 302 and (
            "login" in answer.url or target == actor or answer.url == "/admin/"
        )
        assert answer.status_code in (200, 403, 404) or is_sent_away, (answer.status_code, answer.get("Location"))
        if action == "look":
            assert answer.status_code != 200
        return
    assert answer.status_code in (200, 302), answer.status_code
    mine = team[target].pk
    assert changed <= {mine}
    fields = {key for key in after[mine] if after[mine][key] != before[mine][key]}
    assert fields == CHANGES[action]
    if action == "reset":
        assert not Member.objects.get(pk=mine).check_password("x"), "the password is the desk's, not the forger's"


@pytest.mark.feature("T4", "T6", "T10")
@pytest.mark.parametrize("role", [*Role.values, "owner", ""])
@pytest.mark.parametrize("actor", ACTORS)
def test_who_may_add_whom(team, actor, role):
    client = enter(team, actor)
    before = everybody()
    data = {**FORGED, "nickname": "New", "account": "new@example.com", "role": role, "staff_no": ""}
    client.post(reverse("admin:accounts_member_add"), data)
    added = [row for pk, row in everybody().items() if pk not in before]
    assert {pk: row for pk, row in everybody().items() if pk in before} == before
    if actor not in ("boss", "sofia") or role not in (Role.ADMIN, Role.AGENT):
        assert not added
        return
    (row,) = added
    assert (row["account"], row["email"], row["role"], row["phone"]) == ("new@example.com", "new@example.com", role, "")
    assert row["must_change_password"] and row["deleted_at"] is None
    assert not row["password"].startswith("pbkdf2_sha256$1$x")


@pytest.mark.parametrize("actor", ("alice", "stranger", "sofia"))
def test_no_route_of_the_api_changes_a_member(team, actor):
    """Every address below /api/, with every method and forged fields."""
    client = enter(team, actor)
    before = everybody()
    asked = 0
    for path in api_paths():
        for method in ("post", "put", "patch", "delete"):
            body = {**FORGED, "role": "super_admin", "nickname": "Evil", "member": team["alice"].pk}
            getattr(client, method)(path, body, content_type="application/json")
            asked += 1
    assert asked > 20
    assert everybody() == before


def api_paths() -> list[str]:
    found = []

    def walk(patterns, prefix: str) -> None:
        for each in patterns:
            path = prefix + str(each.pattern)
            if isinstance(each, URLPattern):
                found.append("/" + path)
            else:
                walk(each.url_patterns, path)

    walk(get_resolver().url_patterns, "")
    sample = {"<uuid:": "00000000-0000-0000-0000-000000000001", "<int:": "1"}
    paths = []
    for path in found:
        if path.startswith("/api/"):
            for mark, value in sample.items():
                while mark in path:
                    path = path[: path.index(mark)] + value + path[path.index(">", path.index(mark)) + 1 :]
            while "<" in path:
                path = path[: path.index("<")] + "1" + path[path.index(">", path.index("<")) + 1 :]
            paths.append(path.replace("$", "").replace("^", ""))
    return paths
