"""Getting in: a code on the phone, the phone bound at the first login, a second factor, the list of login sessions."""

import re
import time
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from auditlog.models import LogEntry
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts import codes
from accounts.actions import create_member, create_super_admin, delete_member, force_offline
from accounts.logins import member_of_login, open_login
from accounts.models import Login, LoginRules, Member, PhoneCode, Role
from tests.sms_box import sms_box
from tests.waiting import until

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unhashed_files")]
PASSWORD = "correct-horse-9"
PHONE, OTHER = "+8613800138000", "+8613900139000"
LOGIN, BIND = "/accounts/login/phone/", "/accounts/phone/"
ZH = {"accept-language": "zh-hans"}


@pytest.fixture
def box(settings):
    with sms_box() as box:
        settings.SMS_BACKEND, settings.SMS_WEBHOOK_URL, settings.OUTGOING_ALLOWED = "webhook", box.url, ["127.0.0.1"]
        yield box


@pytest.fixture
def alice():
    member = create_member(account="alice@example.com", nickname="Alice", role=Role.AGENT, password=PASSWORD)
    Member.objects.filter(pk=member.pk).update(phone=PHONE)
    return Member.objects.get(pk=member.pk)


@pytest.fixture
def bob():
    return create_member(account="bob@example.com", nickname="Bob", role=Role.AGENT, password=PASSWORD)


@pytest.fixture
def sofia():
    return create_member(account="sofia@example.com", nickname="Sofia", role=Role.ADMIN, password=PASSWORD)


def log_in(account: str, **more) -> Client:
    client = Client(headers=ZH, **more)
    client.post("/accounts/login/", {"login": account, "password": PASSWORD})
    return client


def send(client: Client, phone: str, page: str = LOGIN) -> str:
    return client.post(page, {"phone": phone, "action": "send"}).content.decode()


def enter(client: Client, phone: str, code: str, page: str = LOGIN):
    return client.post(page, {"phone": phone, "code": code, "action": "enter"})


def events_of(member: Member) -> list[str]:
    entries = LogEntry.objects.get_for_object(member)
    return [entry.additional_data["event"] for entry in entries if entry.additional_data]


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def later(monkeypatch, **ahead) -> None:
    """For the pages about phones it is later."""
    now = timezone.now() + timedelta(**ahead)
    monkeypatch.setattr("accounts.phone_pages.timezone.now", lambda: now)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


# --- a code instead of the password


@pytest.mark.feature("W5", "A17", "A81")
def test_it_works(box, alice):
    client = Client(headers=ZH)
    page = client.get("/accounts/login/").content.decode()
    assert "账号登录" in page and "手机号登录" in page
    page = client.get(LOGIN).content.decode()
    for words in ("请输入手机号", "请输入验证码", "发送验证码", "登录"):
        assert words in page
    assert "5 分钟内有效" in send(client, "138 0013 8000")
    code = box.code_for(PHONE)
    assert re.fullmatch(r"\d{6}", code)
    assert enter(client, "13800138000", code).headers["Location"] == "/workbench/"
    assert member_of_login(client.session.session_key) == alice
    assert client.get("/workbench/").status_code == 200


@pytest.mark.feature("W5")
def test_it_leads_to_the_page_that_was_asked_for(box, alice):
    client = Client(headers=ZH)
    page = client.get(f"{LOGIN}?next=/workbench/records/").content.decode()
    assert 'name="next" value="/workbench/records/"' in page
    send(client, PHONE)
    form = {"phone": PHONE, "code": box.code_for(PHONE), "action": "enter", "next": "/workbench/records/"}
    assert client.post(LOGIN, form).headers["Location"] == "/workbench/records/"


@pytest.mark.feature("A81")
def test_a_code_works_once_in_the_browser_that_asked(box, alice):
    client, thief = Client(), Client()
    send(client, PHONE)
    code = box.code_for(PHONE)
    enter(thief, PHONE, code)
    assert not is_in(thief)
    enter(client, PHONE, code)
    assert is_in(client)
    client.post("/accounts/logout/")
    enter(client, PHONE, code)
    assert not is_in(client)


@pytest.mark.feature("A81")
def test_a_code_is_stored_as_a_hash_only(box, alice):
    send(Client(), PHONE)
    code, row = box.code_for(PHONE), PhoneCode.objects.get()
    assert code not in "|".join(str(value) for value in PhoneCode.objects.values().get().values() if value != row.phone)


@pytest.mark.feature("A81")
def test_after_five_minutes_it_is_too_late(box, alice, monkeypatch):
    client = Client(headers=ZH)
    send(client, PHONE)
    code = box.code_for(PHONE)
    later(monkeypatch, minutes=5, seconds=1)
    assert "验证码已失效" in enter(client, PHONE, code).content.decode()
    assert not is_in(client)


@pytest.mark.feature("A81")
def test_five_attempts(box, alice):
    client = Client(headers=ZH)
    send(client, PHONE)
    code = box.code_for(PHONE)
    for _ in range(codes.ATTEMPTS):
        assert "验证码错误" in enter(client, PHONE, wrong(code)).content.decode()
    assert "验证码已失效" in enter(client, PHONE, code).content.decode()
    assert not is_in(client)
    failed = [
        entry.additional_data["event"] for entry in LogEntry.objects.get_for_object(alice) if entry.additional_data
    ]
    assert failed.count("login_failed") >= codes.ATTEMPTS


@pytest.mark.feature("A81")
def test_again_after_a_minute_and_ten_times_a_day(box, alice, monkeypatch):
    client = Client(headers=ZH)
    send(client, PHONE)
    box.wait_for(PHONE)
    assert "秒后再重新发送" in send(client, PHONE)
    assert "秒后再重新发送" in send(Client(headers=ZH), PHONE), "whoever asks"
    for n in range(1, codes.PER_PHONE):
        later(monkeypatch, seconds=61 * n)
        send(client, PHONE)
        box.wait_for(PHONE, n + 1)
    later(monkeypatch, seconds=61 * codes.PER_PHONE)
    assert "次数过多" in send(client, PHONE)
    assert len(box.messages) == codes.PER_PHONE
    later(monkeypatch, days=1, minutes=20)
    send(client, PHONE)
    box.wait_for(PHONE, codes.PER_PHONE + 1)


@pytest.mark.feature("A81")
def test_so_many_a_day_from_one_network(box, alice):
    thief = Client(REMOTE_ADDR="2001:db8:7::1", headers=ZH)
    for n in range(codes.PER_NETWORK):
        assert "次数过多" not in send(thief, f"+86138{n:08d}")
    neighbour = Client(REMOTE_ADDR="2001:db8:7::2", headers=ZH)
    assert "次数过多" in send(neighbour, PHONE)
    send(Client(REMOTE_ADDR="2001:db8:8::1"), PHONE)
    box.wait_for(PHONE)
    assert len(box.messages) == 1


@pytest.mark.feature("A81")
def test_nobody_learns_who_has_an_account(box, alice):
    """Words, statuses, waits and attempts are the same."""

    def talk(phone: str) -> list[str]:
        client = Client(headers=ZH)
        pages = [send(client, phone), send(client, phone)]
        pages += [enter(client, phone, "12").content.decode() for _ in range(codes.ATTEMPTS + 1)]
        hidden = r'value="[^"]*"|data-wait="\d+"|\(\d+\)|请 \d+ 秒'
        return [re.sub(hidden, "", page) for page in pages]

    assert talk(PHONE) == talk(OTHER)
    box.wait_for(PHONE)
    assert [message["phone"] for message in box.messages] == [PHONE]


def test_what_is_no_number_is_told(box):
    assert "请输入正确的手机号" in send(Client(headers=ZH), "12")
    assert "请输入正确的手机号" in send(Client(headers=ZH), "alice@example.com")
    assert not PhoneCode.objects.exists()


@pytest.mark.feature("T14", "T13")
@pytest.mark.parametrize("gone", [force_offline, delete_member])
def test_who_was_taken_offline_or_deleted_does_not_get_in(box, alice, gone):
    client = Client(headers=ZH)
    send(client, PHONE)
    code = box.code_for(PHONE)
    gone(alice)
    enter(client, PHONE, code)
    assert not is_in(client)


@pytest.mark.feature("A80")
def test_a_code_does_not_lead_around_the_first_password(box, alice):
    Member.objects.update(must_change_password=True)
    client = Client()
    send(client, PHONE)
    enter(client, PHONE, box.code_for(PHONE))
    assert client.get("/workbench/").headers["Location"] == "/accounts/password/change/"


@pytest.mark.feature("A118", "A82", "W5")
def test_without_short_messages_there_is_no_such_tab(alice):
    client = Client(headers=ZH)
    assert "手机号登录" not in client.get("/accounts/login/").content.decode()
    assert client.get(LOGIN).status_code == client.post(LOGIN, {"phone": PHONE}).status_code == 404
    assert log_in("alice@example.com").get(BIND).status_code == 404


# --- binding the phone


@pytest.mark.feature("W6")
def test_the_first_login_binds_the_phone(box, bob):
    client = log_in("bob@example.com")
    assert client.get("/workbench/records/").headers["Location"] == BIND
    assert client.get("/accounts/security/").headers["Location"] == BIND
    assert member_of_login(client.session.session_key) is None, "a socket is open to him"
    assert "绑定手机号" in client.get(BIND).content.decode()
    send(client, OTHER, BIND)
    code = box.code_for(OTHER)
    assert "验证码错误" in enter(client, OTHER, wrong(code), BIND).content.decode()
    assert enter(client, OTHER, code, BIND).headers["Location"] == "/workbench/records/"
    assert Member.objects.get(pk=bob.pk).phone == OTHER
    assert client.get("/workbench/").status_code == 200
    assert log_in("bob@example.com").get("/workbench/").status_code == 200, "once"


@pytest.mark.feature("W6", "W4", "A80")
def test_the_password_comes_before_the_phone(box, bob):
    Member.objects.update(must_change_password=True)
    client = log_in("bob@example.com")
    assert client.get("/workbench/").headers["Location"] == "/accounts/password/change/"
    assert client.get(BIND).headers["Location"] == "/accounts/password/change/"


@pytest.mark.feature("W6", "A118")
def test_without_short_messages_nobody_is_asked(bob):
    assert log_in("bob@example.com").get("/workbench/").status_code == 200


@pytest.mark.feature("A81")
def test_a_phone_belongs_to_one_account(box, alice, bob):
    client = log_in("bob@example.com")
    assert "已绑定其他账号" in send(client, "13800138000", BIND)
    send(client, OTHER, BIND)
    Member.objects.filter(pk=alice.pk).update(phone=OTHER)  # she was faster
    assert "已绑定其他账号" in enter(client, OTHER, box.code_for(OTHER), BIND).content.decode()
    delete_member(alice)
    bob.phone = OTHER
    bob.full_clean()


def test_a_code_sent_to_one_phone_binds_no_other(box, bob):
    client = log_in("bob@example.com")
    send(client, OTHER, BIND)
    enter(client, PHONE, box.code_for(OTHER), BIND)
    assert Member.objects.get(pk=bob.pk).phone == ""


@pytest.mark.feature("W6")
def test_a_broken_provider_locks_nobody_out(box, bob):
    client = log_in("bob@example.com")
    client.post(BIND, {"phone": OTHER, "action": "later"})
    assert client.get("/workbench/").headers["Location"] == BIND, "not before it failed"
    box.answer = (500, b"")
    page = send(client, OTHER, BIND)
    assert "验证码发送失败" in page and "暂不绑定" in page
    assert client.post(BIND, {"phone": OTHER, "action": "later"}).headers["Location"] == "/workbench/"
    assert client.get("/workbench/").status_code == 200


@pytest.mark.feature("A81")
def test_the_number_is_changed_after_a_proof(box, alice):
    client = log_in("alice@example.com")
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - 3600
    session.save()
    page = client.get("/accounts/security/").content.decode()
    assert "138****8000" in page and PHONE not in page
    assert client.get(BIND).headers["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    send(client, OTHER, BIND)
    assert enter(client, OTHER, box.code_for(OTHER), BIND).headers["Location"] == "/accounts/security/"
    assert Member.objects.get(pk=alice.pk).phone == OTHER


@pytest.mark.feature("A81")
def test_an_admin_may_clear_it(box, alice, sofia, client):
    client.force_login(sofia)
    address = f"/admin/accounts/member/{alice.pk}/clear_phone/"
    assert address in client.get(f"/admin/accounts/member/{alice.pk}/change/").content.decode()
    client.post(address)
    assert Member.objects.get(pk=alice.pk).phone == ""
    assert log_in("alice@example.com").get("/workbench/").headers["Location"] == BIND
    assert client.post(address).status_code == 403, "there is none any more"


# --- a forgotten password


def letter_to(mailoutbox, address: str):
    return until(lambda: next((letter for letter in mailoutbox if address in letter.to), None))


def ask_for_a_link(address: str) -> str:
    cache.clear()
    answer = Client(headers=ZH).post("/accounts/password/reset/", {"email": address}, follow=True)
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


@pytest.mark.feature("A80")
def test_a_forgotten_password_is_chosen_anew_by_a_link(alice, settings, mailoutbox):
    settings.PUBLIC_URL = "https://desk.example.com"
    Member.objects.update(must_change_password=True)
    open_there = log_in(alice.account)
    assert "忘记密码" in Client(headers=ZH).get("/accounts/login/").content.decode()
    assert "请查收邮件" in ask_for_a_link(alice.account)
    letter = letter_to(mailoutbox, alice.account)
    link = re.search(r"https://desk.example.com(/accounts/password/reset/key/\S+)", letter.body)[1]
    assert "新密码" in letter.subject and "example.com]" not in letter.subject
    client = Client(headers=ZH)
    page = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(page, {"password1": "another-horse-7", "password2": "another-horse-7"})
    assert Member.objects.get(pk=alice.pk).check_password("another-horse-7")
    assert not Member.objects.get(pk=alice.pk).must_change_password, "he chose it"
    assert open_there.get("/workbench/").headers["Location"].startswith("/accounts/login/")
    assert "链接已失效" in Client(headers=ZH).get(link, follow=True).content.decode()


def test_nobody_learns_by_it_who_has_an_account(alice, bob, mailoutbox):
    delete_member(bob)
    pages = {ask_for_a_link(address) for address in (alice.account, bob.account, "nobody@example.com")}
    assert len(pages) == 1
    letter_to(mailoutbox, alice.account)
    assert len(mailoutbox) == 1


@pytest.mark.feature("A118")
def test_without_mail_the_admin_is_named(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "忘记密码" not in Client(headers=ZH).get("/accounts/login/").content.decode()
    assert "请联系管理员" in Client(headers=ZH).get("/accounts/password/reset/").content.decode()


# --- a second factor


def code_now(secret: str) -> str:
    cache.clear()  # allauth takes no code twice, nor many attempts; tests are quicker than half a minute
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def set_up(client: Client) -> str:
    """Switches it on. Returns the secret."""
    client.get("/accounts/2fa/activate/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/accounts/2fa/activate/", {"code": code_now(secret)})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def test_a_second_factor_is_asked_for(alice):
    client = log_in("alice@example.com")
    assert "otpauth" not in client.get("/accounts/2fa/activate/").content.decode()
    secret = set_up(client)
    assert secret not in str(Authenticator.objects.get(type="totp").data), "kept encrypted"
    recovery = re.findall(r"<code>(\d{8})</code>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(recovery) == 10

    for code in (code_now(secret), recovery[0]):
        client = log_in("alice@example.com")
        assert not is_in(client)
        assert client.get("/workbench/").headers["Location"].startswith("/accounts/login/")
        assert "两步验证" in client.get("/accounts/login/2fa/").content.decode()
        client.post("/accounts/login/2fa/", {"code": "000000"})
        assert not is_in(client)
        client.post("/accounts/login/2fa/", {"code": code})
        assert is_in(client), code
        cache.clear()
    client = log_in("alice@example.com")
    client.post("/accounts/login/2fa/", {"code": recovery[0]})
    assert not is_in(client), "a recovery code works once"


def test_the_phone_does_not_lead_around_it(box, alice):
    set_up(log_in("alice@example.com"))
    client = Client()
    send(client, PHONE)
    assert enter(client, PHONE, box.code_for(PHONE)).headers["Location"] == "/accounts/login/2fa/"
    assert not is_in(client)


def test_another_secret_key_lets_nobody_in(alice, settings):
    set_up(log_in(alice.account))
    settings.SECRET_KEY = "another" * 8
    client = log_in(alice.account)
    for code in (code_now(""), "00000000"):
        assert client.post("/accounts/login/2fa/", {"code": code}).status_code == 200
        assert not is_in(client)


def test_it_is_switched_off_again(alice):
    client = log_in("alice@example.com")
    set_up(client)
    client.post("/accounts/2fa/deactivate/")
    assert not Authenticator.objects.exists()
    assert is_in(log_in("alice@example.com"))


def demand(client: Client, **roles: str):
    return client.post("/admin/accounts/loginrules/", {"terms": "", **roles})


@pytest.mark.django_db(transaction=True)
def test_a_role_may_have_the_duty(alice, bob, sofia):
    """At once for who is logged in, and no way around; who has one, programs and the other role are not asked."""
    working, has_one = log_in("bob@example.com"), log_in("alice@example.com")
    set_up(has_one)
    embedded = open_login(bob, {})
    admin = log_in("sofia@example.com")
    assert demand(admin, agents_need_second_factor="on").status_code == 302
    activate = "/accounts/2fa/activate/"
    assert working.get("/workbench/").headers["Location"] == activate
    assert member_of_login(working.session.session_key) is None
    assert has_one.get("/workbench/").status_code == admin.get("/admin/").status_code == 200
    assert member_of_login(embedded) == bob

    fresh = log_in("bob@example.com")
    assert fresh.get("/workbench/records/").headers["Location"] == activate
    assert fresh.get(BIND).headers["Location"] == fresh.get("/accounts/security/").headers["Location"] == activate
    set_up(fresh)
    assert fresh.get("/accounts/2fa/recovery-codes/").status_code == 200
    assert fresh.get("/accounts/go-on/").headers["Location"] == "/workbench/records/"
    assert fresh.get("/workbench/records/").status_code == 200
    assert "关闭" not in re.sub("<script.*?</script>", "", fresh.get("/accounts/security/").content.decode())
    fresh.post("/accounts/2fa/deactivate/")
    assert Authenticator.objects.filter(user=bob, type="totp").exists(), "a duty is not switched off"

    demand(admin, admins_need_second_factor="on")
    assert admin.get("/admin/").headers["Location"] == activate
    assert log_in("sofia@example.com").get("/admin/").headers["Location"] == activate


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("A78")
def test_an_admin_resets_it_but_not_the_super_admins(alice, sofia, client):
    boss = create_super_admin(PASSWORD)
    for account in (alice.account, boss.account, sofia.account):
        set_up(log_in(account))
    client.force_login(sofia)
    assert client.post(f"/admin/accounts/member/{boss.pk}/reset_second_factor/").status_code == 403
    assert client.post(f"/admin/accounts/member/{sofia.pk}/reset_second_factor/").status_code == 403, (
        "with a proof only"
    )
    address = f"/admin/accounts/member/{alice.pk}/reset_second_factor/"
    assert address in client.get(f"/admin/accounts/member/{alice.pk}/change/").content.decode()
    client.post(address)
    assert is_in(log_in(alice.account)) and not is_in(log_in(boss.account))
    events = [
        entry.additional_data["event"] for entry in LogEntry.objects.get_for_object(alice) if entry.additional_data
    ]
    assert "second_factor_on" in events and "second_factor_off" in events
    call_command("create_super_admin", stdout=StringIO())
    assert not Authenticator.objects.filter(user=boss).exists(), "the command is the way back in"


# --- login sessions


@pytest.mark.feature("T18")
def test_the_list_of_logins(alice):
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"
    here = log_in("alice@example.com", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/124.0.0.0 Safari/537.36")
    there = log_in("alice@example.com", HTTP_USER_AGENT=phone, REMOTE_ADDR="203.0.113.9")
    gone = log_in("alice@example.com")
    gone.session.flush()
    page = here.get("/accounts/security/").content.decode()
    assert page.count("当前设备") == 1 and page.count("退出该设备") == 2  # the button and its label
    assert "Chrome 124 · Windows" in page and "Safari 17 · iOS 17" in page and "203.0.113.9" in page
    row = Login.objects.get(key=there.session.session_key)
    here.post(f"/accounts/security/logins/{row.pk}/end/")
    assert there.get("/workbench/").status_code == 302 and here.get("/workbench/").status_code == 200
    assert not Login.objects.filter(pk=row.pk).exists()


def test_everywhere_else(alice):
    here, there = log_in("alice@example.com"), log_in("alice@example.com")
    here.post("/accounts/security/logins/end/")
    assert is_in(here) and there.get("/workbench/").status_code == 302


def test_somebody_elses_login_is_not_mine_to_end(alice, bob):
    his = log_in("bob@example.com")
    row = Login.objects.get(key=his.session.session_key)
    assert log_in("alice@example.com").post(f"/accounts/security/logins/{row.pk}/end/").status_code == 404
    assert his.get("/workbench/").status_code == 200


def test_when_it_was_last_seen(alice):
    client = log_in("alice@example.com")
    long_ago = timezone.now() - timedelta(hours=1)
    Login.objects.update(seen_at=long_ago)
    client.get("/workbench/")
    assert Login.objects.get().seen_at > long_ago
    client.post("/accounts/logout/")
    assert not Login.objects.exists()


# --- the page itself


@pytest.mark.feature("W3", "A17")
def test_the_login_page(client):
    page = client.get("/accounts/login/", headers=ZH).content.decode()
    for words in ("账号登录", "请输入账号", "请输入密码", "显示密码", "登录", "暂无账号", "请联系"):
        assert words in page, words


@pytest.mark.feature("W7", "A108")
def test_no_application_is_chosen_after_the_login(alice):
    """One application per installation: the workbench comes at once."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": alice.account, "password": PASSWORD})
    assert answer.headers["Location"] == "/workbench/" and client.get("/workbench/").status_code == 200


@pytest.mark.feature("A108")
def test_the_application_is_shown_and_copyable_in_the_console(sofia, settings):
    page = log_in("sofia@example.com").get("/admin/sessions_flow/apikey/usersig/").content.decode()
    assert f'<input id="sdk-app-id" type="text" value="{settings.IM_SDK_APP_ID}" readonly>' in page
    assert 'data-copy="sdk-app-id"' in page


@pytest.mark.feature("W10")
def test_terms_and_privacy(client, settings):
    page = client.get("/accounts/login/", headers=ZH).content.decode()
    assert "用户协议" in page and "隐私协议" in page and "/accounts/terms/" not in page
    assert client.get("/accounts/terms/terms/").status_code == 404
    LoginRules.objects.update_or_create(defaults={"terms": "第一条\n\n<b>", "terms_en": "First", "privacy": "保密"})
    page = client.get("/accounts/login/", headers=ZH).content.decode()
    assert 'href="/accounts/terms/terms/"' in page and 'href="/accounts/terms/privacy/"' in page
    shown = client.get("/accounts/terms/terms/", headers=ZH).content.decode()
    assert "<p>第一条</p>" in shown and "&lt;b&gt;" in shown
    assert "First" in client.get("/accounts/terms/terms/", headers={"accept-language": "en"}).content.decode()
    assert "保密" in client.get("/accounts/terms/privacy/", headers={"accept-language": "en"}).content.decode()
    settings.TERMS_URL = "https://example.com/terms"
    assert 'href="https://example.com/terms"' in client.get("/accounts/login/").content.decode()


@pytest.mark.feature("W10")
def test_the_terms_are_written_in_the_console(sofia, client):
    admin = log_in("sofia@example.com")
    demand(admin, terms="遵守规定", privacy_en="We keep it")
    assert "遵守规定" in client.get("/accounts/terms/terms/", headers=ZH).content.decode()
    assert "We keep it" in client.get("/accounts/terms/privacy/", headers={"accept-language": "en"}).content.decode()
