"""Sessions, transcripts, channels and settings through the console."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.models import Member, Role
from chatbot.models import WelcomeQuestion
from routing.models import Assignment, Reception
from sessions_flow.actions import Post, Sender, leave, locked, post_messages
from sessions_flow.actions.sessions import tell
from sessions_flow.admin.channels import origin_of
from sessions_flow.models import Channel, Prompts
from sessions_flow.protocol import elements, payloads
from tests.cast import Vera, make_channel, make_member, say, sit_down

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(make_member("sofia", Role.ADMIN))
    return client


@pytest.fixture
def alice() -> Member:
    member = make_member("alice")
    sit_down(member)
    return member


def url(page: str, *args: object) -> str:
    return reverse(f"admin:sessions_flow_{page}", args=args)


def transcript(console: Client, vera: Vera) -> str:
    return console.get(url("session_change", vera.session.pk)).content.decode()


# --- sessions and transcripts


@pytest.mark.feature("W53")
def test_it_works(console: Client, alice: Member):
    vera = Vera()
    vera.serve(alice)
    say(alice, vera, "Good morning")
    page = transcript(console, vera)
    assert "Good morning" in page
    assert vera.visitor.openid in page
    assert str(vera.session.session_id)[:8] in console.get(url("session_changelist")).content.decode()


def test_what_was_said_is_only_text(console: Client):
    vera = Vera()
    vera.visitor.nickname = "<b>Vera</b>"
    vera.visitor.save()
    vera.post("<script>alert(1)</script>")
    with locked(vera.conversation.pk) as held:
        tell(held, elements.custom(payloads.rich_text("<img src=x onerror=alert(2)>")))
        tell(held, elements.custom(payloads.branch("<i>pick</i>", ["<u>one</u>"])))
    page = transcript(console, vera)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for raw in ("<script>alert(1)", "<img src=x", "<i>pick", "<u>one", "<b>Vera"):
        assert raw not in page, raw


def test_cards_are_told_in_words(console: Client):
    vera = Vera()
    vera.post("hello")
    levels = ["bad", "poor", "fair", "good", "great"]
    card = payloads.rating_card(
        head="How was it?", tail="", levels=levels, rating_id="r", effective_hours=1, expires_at=0
    )
    with locked(vera.conversation.pk) as held:
        tell(held, elements.custom(payloads.welcome_card("You may ask", ["Refunds", "Parcels"])))
        tell(held, elements.custom(payloads.answered(payloads.branch("Pick one", ["Sales", "Support"]), "Support")))
        tell(held, elements.custom(payloads.rated(card, {"id": "104", "content": "good"})))
    page = transcript(console, vera)
    for said in ("You may ask", "Refunds", "Pick one", "How was it?", "great"):
        assert said in page, said
    assert page.count("cs-chosen") == 2


def test_pictures_are_thumbnails(console: Client):
    vera = Vera()
    picture = {"MsgType": elements.IMAGE, "MsgContent": {"UUID": "a" * 32}}
    post_messages([Post(vera.conversation.pk, Sender.visitor(vera.visitor), picture, "c1")])
    assert f'src="/files/{"a" * 32}/thumbnail"' in transcript(console, vera)


def test_a_recalled_message_is_not_shown(console: Client):
    vera = Vera()
    vera.post("my secret")
    row = vera.conversation.messages.get(text="my secret")
    row.recalled_at = row.created_at
    row.save()
    assert "my secret" not in transcript(console, vera)


def test_sessions_cannot_be_changed(console: Client):
    vera = Vera()
    vera.post("hello")
    session = vera.session
    assert console.get(url("session_add")).status_code == 403
    assert console.post(url("session_delete", session.pk)).status_code == 403
    console.post(url("session_change", session.pk), {"state": "ended"})
    session.refresh_from_db()
    assert session.state == "flow"


def test_sessions_are_found_by_name_openid_and_id(console: Client):
    veras = [Vera(), Vera()]
    for vera in veras:
        vera.post("hello")
    wanted = veras[0]
    wanted.visitor.nickname = "王小明"
    wanted.visitor.save()
    sid = str(wanted.session.session_id)
    named = ("王小明", " 小明 ", f"访客_{wanted.visitor.openid[10:14]}", wanted.visitor.openid[:12])
    for term in (*named, wanted.visitor.openid, sid, sid[:8], sid.replace("-", "")):
        rows = console.get(url("session_changelist"), {"q": term}).context["cl"].result_list
        assert [row.pk for row in rows] == [wanted.session.pk], term
    for term in ("nobody", "%", sid[:4] + "zzzz"):
        assert not console.get(url("session_changelist"), {"q": term}).context["cl"].result_list, term


def test_a_name_that_very_many_have_finds_the_sessions_of_all(console: Client, monkeypatch):
    monkeypatch.setattr("sessions_flow.admin.sessions.MOST_NAMED", 2)
    for number in range(4):
        vera = Vera()
        vera.post("hello")
        vera.visitor.nickname = f"蓝鲸 {number}" if number else "海豚"
        vera.visitor.save()
    rows = console.get(url("session_changelist"), {"q": "蓝鲸"}).context["cl"].result_list
    assert {row.conversation.visitor.nickname for row in rows} == {"蓝鲸 1", "蓝鲸 2", "蓝鲸 3"}


def test_filters_answer(console: Client):
    Vera().post("hello")
    for query in ("state__exact=flow", "stars=5", "stars=none", "opened_at_from=2020-01-01&opened_at_to=2099-01-01"):
        assert console.get(f"{url('session_changelist')}?{query}").status_code == 200, query
    assert len(console.get(f"{url('session_changelist')}?stars=5").context["cl"].result_list) == 0
    assert len(console.get(f"{url('session_changelist')}?state__exact=flow").context["cl"].result_list) == 1


@pytest.mark.parametrize(
    "path", ["admin:sessions_flow_session_changelist", "admin:routing_assignment_changelist", "admin:index"]
)
def test_lists_ask_a_fixed_number_of_questions(console: Client, alice: Member, path: str):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert console.get(reverse(path)).status_code == 200
        return len(queries)

    Vera().serve(alice)
    count()
    before = count()
    for _ in range(4):
        Vera().serve(alice)
    assert count() == before


def test_a_transcript_asks_a_fixed_number_of_questions(console: Client, alice: Member):
    vera = Vera()
    vera.serve(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            transcript(console, vera)
        return len(queries)

    count()  # the first one of a process reads the kinds of rows for the audit log
    before = count()
    for number in range(20):
        say(alice, vera, "more", f"m{number}")
    assert count() == before


@pytest.mark.feature("D3", "D12")
def test_a_service_record_leads_to_the_transcript(console: Client, alice: Member):
    vera = Vera()
    session = vera.serve(alice)
    leg = Assignment.objects.filter(session=session).first() or Assignment.objects.create(
        session=session, member=alice, offered_at=session.opened_at
    )
    page = console.get(reverse("admin:routing_assignment_changelist")).content.decode()
    assert vera.visitor.openid in page
    response = console.get(reverse("admin:routing_assignment_change", args=[leg.pk]))
    assert response["Location"] == url("session_change", session.pk)
    assert "Alice" in transcript(console, vera)


# --- channels


def channel_data(*questions: dict[str, object], **fields: object) -> dict[str, object]:
    """What the page of a channel posts; `questions` are rows of its form fields."""
    looks = {"name": "Shop", "accent": "#1677ff", "position": "right", "greeting": "", "greeting_seconds": "3"}
    rows = {"form_fields-TOTAL_FORMS": len(questions), "form_fields-INITIAL_FORMS": 0}
    for number, question in enumerate(questions):
        row = {"kind": "text", "options": "", "place": "before", "position": number, **question}
        rows |= {f"form_fields-{number}-{name}": value for name, value in row.items()}
    return {**looks, "message_form": "refused", "form_intro": "", "is_active": "on", **rows, **fields}


@pytest.mark.feature("M21", "M22")
def test_a_channel_is_added_and_its_identity_stays(console: Client):
    suggested = console.get(url("channel_add")).context["adminform"].form["service_account"].value()
    assert suggested.startswith("@channel_")
    console.post(url("channel_add"), channel_data(kind="web", service_account=suggested))
    channel = Channel.objects.get(service_account=suggested)
    stolen = {"service_account": "@other", "web_app_id": "f" * 32, "kind": "app"}
    console.post(url("channel_change", channel.pk), channel_data(name="Store", **stolen))
    changed = Channel.objects.get(pk=channel.pk)
    assert changed.name == "Store"
    assert (changed.service_account, changed.web_app_id, changed.kind) == (suggested, channel.web_app_id, "web")
    page = console.get(url("channel_change", channel.pk)).content.decode()
    assert f"/web/im/chat/?webAppId={channel.web_app_id}" in page
    assert f"/web/im/imPublish.js?webAppId={channel.web_app_id}" in page


@pytest.mark.feature("M17", "M18", "M20", "M21", "M22", "M23")
def test_a_web_channel_in_two_steps(console: Client):
    chinese = {"accept-language": "zh-hans"}
    first = console.get(url("channel_add"), headers=chinese)
    page = first.content.decode()
    for said in (
        "功能配置",
        "使用指引",
        "下一步",
        "在线客服",
        "后续可在机器人管理端配置以下内容",
        "AI 辅助训练",
        'data-shape="h5"',
    ):
        assert said in page, said
    nameless = channel_data(name="", kind="web", service_account="@shop")
    assert "name" in console.post(url("channel_add"), nameless).context["adminform"].form.errors
    answer = console.post(url("channel_add"), channel_data(kind="web", service_account="@shop"))
    channel = Channel.objects.get(service_account="@shop")
    assert answer["Location"] == url("channel_guide", channel.pk)
    guide = console.get(answer["Location"], headers=chinese).content.decode()
    assert "现在用户可以通过网页向你发送消息啦" in guide
    assert "完成配置" in guide
    assert f"/web/im/chat/?webAppId={channel.web_app_id}" in guide
    assert f"/web/im/imPublish.js?webAppId={channel.web_app_id}" in guide
    assert 'src="data:image/svg+xml' in guide
    script = console.get(answer["Location"], {"download": "script"})
    assert f"imPublish.js?webAppId={channel.web_app_id}" in script.content.decode()
    assert "attachment" in script["Content-Disposition"]
    assert console.get(answer["Location"], {"download": "qr"})["Content-Type"].startswith("image/svg+xml")
    again = console.post(url("channel_change", channel.pk), channel_data(name="Store"))
    assert again["Location"] == url("channel_guide", channel.pk)


def test_an_app_channel_has_no_second_step(console: Client):
    page = console.get(url("channel_add"), {"kind": "app"}, headers={"accept-language": "zh-hans"}).content.decode()
    assert "下一步" not in page
    answer = console.post(url("channel_add"), channel_data(kind="app", service_account="@app"))
    assert answer["Location"] == url("channel_changelist")


@pytest.mark.feature("M19")
def test_the_preview_shows_the_welcome_card(console: Client):
    Prompts.objects.update_or_create(pk=Prompts.singleton_instance_id, defaults={"welcome": "Welcome to the shop"})
    WelcomeQuestion.objects.create(text="How do refunds work?")
    shown = console.get(url("channel_add")).context["chat_preview"]
    assert "Welcome to the shop" in str(shown[0])
    assert "How do refunds work?" in str(shown[1])


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        ("HTTP://Example.com:8080", "http://example.com:8080"),
        ("https://例子.测试", "https://xn--fsqu00a.xn--0zwm56d"),
        ("https://example.com/shop", None),
        ("example.com", None),
        ("javascript:alert(1)", None),
        ("https://a.com; script-src *", None),
        ("https://user@a.com", None),
        ("https://a.com:99999", None),
        ("https://*", None),
        ("https://", None),
    ],
)
def test_allowed_sites_are_origins(line: str, origin: str | None):
    assert origin_of(line) == origin


def test_a_bad_site_is_named(console: Client):
    channel = make_channel()
    sites = "https://www.example.com\nexample.com/shop"
    response = console.post(url("channel_change", channel.pk), channel_data(allowed_sites=sites))
    assert "example.com/shop" in str(response.context["adminform"].form.errors)
    console.post(url("channel_change", channel.pk), channel_data(allowed_sites="https://www.example.com\n\n"))
    channel.refresh_from_db()
    assert channel.allowed_sites == ["https://www.example.com"]


def test_a_channel_with_conversations_stays(console: Client):
    Vera().post("hello")
    channel = make_channel()
    assert console.post(url("channel_delete", channel.pk), follow=True).status_code == 200
    assert Channel.objects.filter(pk=channel.pk).exists()
    spare = Channel.objects.create(service_account="@spare")
    console.post(url("channel_delete", spare.pk))
    assert not Channel.objects.filter(pk=spare.pk).exists()


@pytest.mark.feature("M18")
def test_a_channel_needs_a_name_and_has_one_from_the_start(console: Client):
    channel = make_channel()
    assert channel.name == "在线客服"
    assert console.post(url("channel_change", channel.pk), channel_data(name=" ")).status_code == 200
    channel.refresh_from_db()
    assert channel.name == "在线客服"


@pytest.mark.feature("M26")
def test_the_service_accounts_name_is_changed_and_shown_to_visitors(console: Client):
    channel = make_channel()
    console.post(url("channel_change", channel.pk), channel_data(name="小云客服"))
    channel.refresh_from_db()
    assert channel.as_wire()["name"] == "小云客服"
    vera = Vera()
    vera.post("hello")
    with locked(vera.conversation.pk) as held:
        assert held.house.name == "小云客服", "the system speaks under it"


@pytest.mark.feature("A117", "M23")
def test_the_questions_of_a_channel_are_edited_and_odd_ones_named(console: Client):
    channel = make_channel()
    name = {"label": "姓名", "is_required": "on"}
    topic = {"label": "问题", "kind": "select", "options": "售前\n售后\n售前", "place": "both"}
    settings = {"greeting": "您好", "greeting_seconds": "0", "flashes_title": "on", "message_form": "always"}
    console.post(url("channel_change", channel.pk), channel_data(name, topic, **settings))
    saved = [(row.label, row.kind, row.options, row.is_required, row.place) for row in channel.form_fields.all()]
    assert saved == [("姓名", "text", [], True, "before"), ("问题", "select", ["售前", "售后"], False, "both")]
    channel.refresh_from_db()
    assert (channel.greeting_seconds, channel.flashes_title, channel.message_form) == (0, True, "always")
    odd = [{"label": "openid"}, {"label": "a${b}"}, {"label": "颜色", "kind": "select"}, {"label": "x", "kind": "nose"}]
    for question in odd:
        answer = console.post(url("channel_change", channel.pk), channel_data(question))
        assert answer.status_code == 200, question
    assert channel.form_fields.count() == 2


@pytest.mark.feature("A117")
def test_left_messages_are_listed_and_cannot_be_changed(console: Client):
    vera = Vera()
    left = leave(vera.conversation.pk, "left-1", "请回电话", "13800000000")
    page = console.get(url("leftmessage_changelist"))
    assert "13800000000" in page.content.decode()
    detail = url("leftmessage_change", left.pk)
    assert "请回电话" in console.get(detail).content.decode()
    assert console.post(detail, {"text": "x"}).status_code == 403
    assert console.get(url("leftmessage_changelist"), {"q": "回电"}).status_code == 200


@pytest.mark.feature("M25")
def test_an_avatar_is_encoded_again(console: Client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    out = BytesIO()
    Image.new("RGB", (900, 300), "red").save(out, "JPEG")
    out.seek(0)
    out.name = "face.jpg"
    channel = make_channel()
    console.post(url("channel_change", channel.pk), channel_data(avatar=out))
    channel.refresh_from_db()
    with Image.open(channel.avatar) as face:
        assert (face.format, face.size) == ("PNG", (256, 256))
    fake = BytesIO(b"<svg onload=alert(1)>")
    fake.name = "face.png"
    assert console.post(url("channel_change", channel.pk), channel_data(avatar=fake)).status_code == 200
    assert console.get(url("channel_change", channel.pk)).status_code == 200


# --- settings


@pytest.mark.feature("M15", "M28")
def test_prompts_are_saved(console: Client):
    data = {"welcome": "Hi ${Visitor}", "hand_over_keywords": "human\n\nhuman\n人工"}
    assert console.post(url("prompts_changelist"), data).status_code == 302
    prompts = Prompts.get_solo()
    assert prompts.welcome == "Hi ${Visitor}"
    assert prompts.hand_over_keywords == ["human", "人工"]


def test_built_in_texts_are_the_placeholders(console: Client):
    page = console.get(url("prompts_changelist"), headers={"accept-language": "en"}).content.decode()
    assert 'placeholder="One moment please, we are connecting you to an agent."' in page


@pytest.mark.feature("A19")
def test_limits_are_refused_with_a_reason(console: Client):
    response = console.post(reverse("admin:routing_reception_changelist"), {"limit": "0", "grace_seconds": "15"})
    assert response.status_code == 200
    assert Reception.get_solo().limit == 5
    data = {"reply_seconds": "86401", "flow_idle_seconds": "59"}
    errors = console.post(url("closing_changelist"), data).context["adminform"].form.errors
    assert set(errors) == {"reply_seconds", "flow_idle_seconds"}
