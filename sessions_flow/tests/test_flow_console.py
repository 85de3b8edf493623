"""The flow editor's addresses, and the commands: draft, publish, versions, where it runs, test run."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Role
from sessions_flow.flow import examples
from sessions_flow.flow.drafts import create_flow
from sessions_flow.flow.wellformed import wellformed
from sessions_flow.models import Channel, Conversation, Flow, FlowVersion, Session
from sessions_flow.tests.test_course import node
from tests.cast import Vera, make_channel, make_group, make_member, sit_down

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("unhashed_files"),
    pytest.mark.feature("M61", "A26"),
]
BROKEN = {"format": 1, "start": "t", "human": "", "nodes": [node("t", "text", text="Hi")]}


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


@pytest.fixture
def flow() -> Flow:
    with translation.override("en"):
        return create_flow("Main", examples.menus(), None)


def ask(console: Client, flow: Flow, name: str, /, **what):
    url = reverse(f"admin:sessions_flow_flow_{name}", args=[flow.pk])
    return console.post(url, what, content_type="application/json", headers={"Accept-Language": "en"})


def publish(console: Client, flow: Flow, **what):
    flow.refresh_from_db()
    return ask(
        console, flow, "publish", **{"revision": flow.revision, "note": "", "channels": [], "for_all": True, **what}
    )


def test_it_works(console, flow):
    """Saved, published, changed, published, rolled back: a version each, and new sessions run the newest."""
    graph = wellformed(flow.draft)
    graph["nodes"][1]["settings"]["header"] = "New question"
    told = ask(console, flow, "save", graph=graph, revision=1, name="Renamed")
    assert told.json() == {"revision": 2, "problems": []}
    assert publish(console, flow, note="first").json()["number"] == 1
    graph["nodes"][1]["settings"]["tail"] = "Tail"
    ask(console, flow, "save", graph=graph, revision=2)
    assert publish(console, flow).json()["number"] == 2
    told = ask(console, flow, "roll_back", number=1).json()
    assert told["number"] == 3
    assert [(row["number"], row["note"], row["changed"]) for row in told["versions"]] == [
        (3, "Back to version 1", ["Menu (menu)"]), (2, "", ["Menu (menu)"]), (1, "first", []),
    ]  # fmt: skip
    assert told["versions"][0]["by"] == "Sofia"
    flow.refresh_from_db()
    assert flow.live.graph == flow.versions.get(number=1).graph and flow.name == "Renamed"
    assert FlowVersion.objects.live_in(make_channel().pk) == flow.live
    assert ask(console, flow, "version", number=2).json()["graph"]["nodes"][1]["settings"]["tail"] == "Tail"


def test_pages(console, flow):
    assert "Main" in console.get(reverse("admin:sessions_flow_flow_changelist")).content.decode()
    page = console.get(reverse("admin:sessions_flow_flow_change", args=[flow.pk])).content.decode()
    data = json.loads(page.split('id="flow-data" type="application/json">')[1].split("</script>")[0])
    assert {kind["step"] for kind in data["kinds"]} >= {"text", "branch", "form", "bot.answer", "group", "condition",
                                                        "set", "hand_over", "end", "back"}  # fmt: skip
    assert {"variable", "bot_hit"} <= {name for name, _ in data["conditions"]}
    made = console.post(reverse("admin:sessions_flow_flow_add"), {"name": "Second", "source": "built_in"})
    second = Flow.objects.get(name="Second")
    assert made["Location"].endswith(f"/{second.pk}/change/") and second.draft["start"] == "welcome"


def test_a_draft_with_steps_of_an_app_that_is_gone_still_opens(console, flow):
    old = [node("gone", "no such step"), {"id": "bare", "step": "form"}]
    Flow.objects.update(draft={**flow.draft, "nodes": [*flow.draft["nodes"], *old]})
    page = console.get(reverse("admin:sessions_flow_flow_change", args=[flow.pk])).content.decode()
    assert "no such step" not in page and "hand_over" in page
    data = json.loads(page.split('id="flow-data" type="application/json">')[1].split("</script>")[0])
    assert data["flow"]["graph"]["nodes"][-1]["settings"]["items"] == []


def test_two_admins_do_not_overwrite_each_other(console, flow):
    assert ask(console, flow, "save", graph=flow.draft, revision=1).status_code == 200
    mine = {**wellformed(flow.draft), "human": "desk"}
    late = ask(console, flow, "save", graph=mine, revision=1)
    assert late.status_code == 409 and "Sofia saved this flow" in late.json()["error"]
    assert publish(console, flow, revision=1).status_code == 409
    flow.refresh_from_db()
    assert (flow.revision, flow.draft["human"], flow.versions.count()) == (2, "", 0)


def test_a_flow_with_problems_is_kept_but_not_published(console, flow):
    saved = ask(console, flow, "save", graph=BROKEN, revision=1).json()
    assert [(one["node"], one["field"]) for one in saved["problems"]] == [("t", "next")]
    refused = publish(console, flow)
    assert refused.status_code == 400 and "Text (t)" in refused.json()["problems"][0]["text"]
    assert not FlowVersion.objects.exists()


def test_a_group_that_is_gone_keeps_a_version_from_coming_back(console, flow):
    sales = make_group("Sales")
    desk = node("desk", "hand_over", group={"id": sales.pk, "name": "Sales"})
    ask(console, flow, "save", graph={"format": 1, "start": "desk", "nodes": [desk]}, revision=1)
    assert publish(console, flow).status_code == 200
    console.post(reverse("admin:accounts_group_delete", args=[sales.pk]))
    refused = ask(console, flow, "roll_back", number=1)
    assert refused.status_code == 400 and "Sales" in refused.json()["problems"][0]["text"]


def test_where_it_runs(console, flow):
    """One flow is for all; a channel can have its own."""
    shop = Channel.objects.create(name="Shop", service_account="@shop")
    other = create_flow("Other", examples.built_in(), None)
    publish(console, flow)
    assert publish(console, other, for_all=False, channels=[shop.pk]).json()["where"]["other"] == "Main"
    for made in (flow, other):
        made.refresh_from_db()
    assert FlowVersion.objects.live_in(shop.pk) == other.live
    assert FlowVersion.objects.live_in(make_channel().pk) == flow.live
    ask(console, other, "use", for_all=True, channels=[shop.pk, 12345])
    flow.refresh_from_db()
    assert not flow.is_default and FlowVersion.objects.live_in(make_channel().pk) == other.live
    ask(console, other, "use", for_all=False, channels=[])
    assert FlowVersion.objects.live_in(shop.pk) is None


@pytest.mark.parametrize(("name", "what", "status"), [
    ("save", {"graph": [], "revision": 1}, 400), ("save", {"graph": BROKEN}, 400), ("save", {}, 400),
    ("save", {"graph": BROKEN, "revision": "x"}, 400), ("review", {"graph": {"format": 9}}, 400), ("review", {}, 400),
    ("publish", {"revision": None}, 400), ("roll_back", {"number": 99}, 404), ("version", {"number": 99}, 404),
    ("use", {"for_all": True, "channels": "x"}, 400), ("use", {}, 400), ("try", {"graph": None}, 400),
    ("try", {"graph": BROKEN, "kept": {"node": 1}}, 400), ("try", {"graph": BROKEN, "kept": "x"}, 400),
])  # fmt: skip
def test_bad_requests_say_why_and_change_nothing(console, flow, name, what, status):
    before = (flow.revision, flow.draft)
    told = ask(console, flow, name, **what)
    assert told.status_code == status and told.json()["error"]
    flow.refresh_from_db()
    assert (flow.revision, flow.draft) == before and not FlowVersion.objects.exists()


BODIES = [
    ("[" * 100_000, 400),
    ("[]", 400),
    ("{", 400),
    ("", 400),
    ('{"a":' * 9999, 400),
    (f'"{"x" * 3_000_000}"', 413),
]


@pytest.mark.parametrize(("body", "status"), BODIES, ids=range(len(BODIES)))
def test_hostile_bodies_are_refused(console, flow, body, status):
    url = reverse("admin:sessions_flow_flow_save", args=[flow.pk])
    told = console.post(url, body, content_type="application/json")
    assert told.status_code == status and told.json()["error"]


def test_numbers_beyond_every_row_are_nobodys(console, flow):
    graph, huge = flow.draft, 10**30
    assert ask(console, flow, "save", graph=graph, revision=huge).status_code == 409
    assert ask(console, flow, "version", number=huge).status_code == 404
    assert ask(console, flow, "use", for_all=False, channels=[huge]).status_code == 200


def test_the_session_shows_what_was_collected(console):
    vera = Vera()
    vera.post("hello")
    Session.objects.update(variables={"order": "<b>A-17</b>"})
    page = console.get(reverse("admin:sessions_flow_session_change", args=[vera.session.pk])).content.decode()
    assert "&lt;b&gt;A-17&lt;/b&gt;" in page


def test_agents_and_strangers_stay_outside(client, flow):
    for who in (None, make_member("alice")):
        if who:
            client.force_login(who)
        for name in ("save", "review", "publish", "roll_back", "use", "versions", "version", "try"):
            told = ask(client, flow, name, graph=flow.draft, revision=1)
            assert told.status_code in (302, 403), name
        assert client.get(reverse("admin:sessions_flow_flow_change", args=[flow.pk])).status_code in (302, 403)
    flow.refresh_from_db()
    assert flow.revision == 1


def test_nothing_happens_by_get(console, flow):
    url = reverse("admin:sessions_flow_flow_publish", args=[flow.pk])
    assert console.get(url).status_code == 405


@pytest.mark.feature("F23", "F25", "F29", "F30", "F32")
def test_the_test_run_is_the_real_thing_without_a_session(console, flow):
    """Draft, not version; a menu, an option form, variables, a human: and nobody is in any queue afterwards."""
    sit_down(make_member("alice"))
    run, kept, path = [], None, []
    for words in (None, "Choose something", "Apple", "A person"):
        told = ask(console, flow, "try", graph=flow.draft, language="en", kept=kept, text=words).json()
        kept, path = told["kept"], path + told["path"]
        run += told["entries"]
    assert path == ["welcome", "menu", "menu", "fruit", "fruit", "more", "more", "desk"]
    assert (told["state"], told["variables"]) == ("waiting", {"fruit": "Apple"})
    asked = [entry["seq"] for entry in run if entry["elem"] and '"src":"15"' in str(entry["elem"])]
    modified = [entry["event"] for entry in run if "event" in entry]
    assert modified[0]["target"] == asked[0] and '"selected":{"content":"Choose something"}' in str(modified[0])
    assert [entry["seq"] for entry in run] == list(range(1, len(run) + 1))
    assert not Session.objects.exists() and not Conversation.objects.exists()


def test_the_test_run_shows_nobody_at_work_and_goes_on(console, flow):
    first = ask(console, flow, "try", graph=flow.draft, language="en").json()
    told = ask(console, flow, "try", graph=flow.draft, language="en", kept=first["kept"], text="A person").json()
    assert told["state"] == "listening" and "No agent is available" in str(told["entries"])


def test_a_flow_that_sessions_run_on_is_not_deleted(console, flow, settled):
    publish(console, flow)
    vera = Vera()
    vera.post("hello")
    Session.objects.update(flow_version=FlowVersion.objects.get())
    url = reverse("admin:sessions_flow_flow_delete", args=[flow.pk])
    console.post(url)
    assert Flow.objects.filter(pk=flow.pk).exists()
    Session.objects.all().delete()
    console.post(url)
    assert not Flow.objects.exists()


def test_export_and_import_carry_a_flow(flow, tmp_path, capsys):
    call_command("flow_export", "Main")
    file = tmp_path / "flow.json"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    call_command("flow_import", str(file), name="Copy", publish=True, for_all=True)
    copied = Flow.objects.get(name="Copy")
    assert copied.live.graph == wellformed(flow.draft) and copied.is_default
    call_command("flow_export", "Copy", number=1)
    assert json.loads(capsys.readouterr().out.split("\n", 1)[1]) == copied.live.graph
    with pytest.raises(CommandError, match="no flow named"):
        call_command("flow_export", "Nobody")


def test_import_refuses_what_is_wrong(tmp_path, capsys):
    file = tmp_path / "flow.json"
    for content, said in (("{", "Expecting"), ("{}", "nodes"), (json.dumps(BROKEN), "not published: 1 problems")):
        file.write_text(content)
        with pytest.raises(CommandError, match=said):
            call_command("flow_import", str(file), name="New", publish=True)
    assert "(t): " in capsys.readouterr().err
    assert not FlowVersion.objects.exists() and Flow.objects.get().draft["start"] == "t"
