"""The REST door opens for nobody else: tokens, keys, channels, bad input, limits, foreign pages."""

import json
import re

import httpx
import pytest

from tests.people import ADMIN, VisitorPerson, log_in, submit, text_of
from tests.recordings import picture
from tests.rest import Events, RestVisitor

CHINESE = re.compile("[\u4e00-\u9fff]")


PNG = picture()


def make_key(house, *scopes: str, **more) -> str:
    """Through the console, as an admin would."""
    made = submit(admin(house), "/admin/sessions_flow/apikey/add/", name="test", scopes=list(scopes), **more)
    return re.search(r"desk_[0-9a-f]{12}_[\w-]{43}", made.text)[0]


def admin(house) -> httpx.Client:
    return log_in(house, ADMIN)


def make_usersig(house, user_id: str, days: int = 7) -> str:
    return house.manage("make_usersig", user_id, "--days", str(days)).strip()


def business(house, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{house.url}/api/v1/", headers={"X-Api-Key": key})


# --- visitors


@pytest.mark.feature("A88")
def test_vera_reads_vera_and_nobody_else(house):
    """A visitor's addresses name no conversation: there is nothing to guess but ids of uploads."""
    vera, vickie = RestVisitor(house), RestVisitor(house)
    vera.say("我的密码是 123456")
    upload = vera.ask("POST", "uploads/", files={"file": ("a.png", PNG)}).json()
    assert "123456" not in json.dumps(vickie.history())
    stolen = vickie.send(upload=upload["id"])
    assert stolen.status_code == 404
    url = upload["elem"]["MsgContent"]["ImageInfoArray"][0]["URL"]
    assert httpx.get(house.url + url, params={"ticket": vickie.welcome["file_ticket"]}).status_code == 404
    assert httpx.get(house.url + url, params={"ticket": vera.welcome["file_ticket"]}).status_code == 200
    assert vickie.ask("POST", "messages/1/recall/").status_code in (403, 404)
    assert "123456" in json.dumps(vera.history())


PATHS = [
    ("GET", "visitor/"), ("PATCH", "visitor/"), ("GET", "conversation/"), ("GET", "conversation/messages/"),
    ("POST", "conversation/messages/"), ("POST", "conversation/uploads/"), ("POST", "conversation/read/"),
    ("POST", "conversation/human/"), ("POST", "conversation/end/"), ("POST", "conversation/rating/"),
    ("POST", "conversation/rating/card/"), ("GET", "conversation/updates/?wait=0"), ("GET", "conversation/events/"),
    ("POST", "conversation/messages/1/recall/"), ("POST", "conversation/messages/1/vote/"),
]  # fmt: skip


@pytest.mark.feature("A88", "A89")
def test_without_a_proof_every_door_is_shut(full):
    """No token, a forged one, an openid as a token, a key; and a good token in a channel that is not there."""
    vera = RestVisitor(full)
    key = make_key(full, "visitors", "sessions.read", "sessions.close")
    forged = vera.token[:-3] + ("AAA" if not vera.token.endswith("AAA") else "BBB")
    base = f"{full.url}/api/v1/channels/{full.web_app_id}/"
    for method, path in PATHS:
        for headers in (
            {},
            bearer(forged),
            bearer(vera.openid),
            bearer("\x80junk".encode("latin-1").decode("latin-1")),
        ):
            refused = httpx.request(method, base + path, headers=headers)
            assert refused.status_code == 401, (method, path, headers, refused.text)
            assert refused.json()["errors"][0]["reason"] and refused.headers["WWW-Authenticate"]
        for headers in (bearer(key), {"X-Api-Key": key}):
            assert httpx.request(method, base + path, headers=headers).status_code in (401, 403), (method, path)
        elsewhere = f"{full.url}/api/v1/channels/{'0' * 32}/{path}"
        assert httpx.request(method, elsewhere, headers=bearer(vera.token)).status_code == 404, (method, path)


def bearer(token: str) -> dict:
    return {"Authorization": f"Bearer {token}".encode("latin-1")}


@pytest.mark.feature("A89", "A116")
def test_a_signed_visitor_is_who_he_says(house):
    """userID and userSig; the anonymous conversation goes over to him; another device finds it."""
    user_id = f"用户-{house.port}-{id(object())}"
    sig = make_usersig(house, user_id)
    anonymous = RestVisitor(house)
    anonymous.say("还没登录时说的")
    events = Events(anonymous)
    vera = RestVisitor(house, token=anonymous.token, user_id=user_id, user_sig=sig)
    assert vera.welcome["visitor"]["user_id"] == user_id and vera.openid != anonymous.openid
    assert "还没登录时说的" in json.dumps(vera.history(), ensure_ascii=False)
    assert anonymous.ask("GET", "messages/").status_code == 404
    events.thread.join(10)
    assert not events.thread.is_alive(), "the stream of the former token ended"
    elsewhere = RestVisitor(house, user_id=user_id, user_sig=sig)
    assert elsewhere.openid == vera.openid
    socket = VisitorPerson(house, token=vera.token)
    assert socket.openid == vera.openid


@pytest.mark.feature("A89")
def test_a_usersig_that_does_not_hold_is_refused(full):
    sig = make_usersig(full, "vera")
    other = full.python("from accounts import usersig, usersig as u; print(u.make('vera', 7, 1000000000))")
    for who, field in [
        ({"user_id": "bob", "user_sig": sig}, "user_sig"),
        ({"user_id": "vera", "user_sig": other}, "user_sig"),
        ({"user_id": "vera", "user_sig": "junk"}, "user_sig"),
    ]:
        refused = RestVisitor(full, **who).came_in
        assert refused.status_code == 401, refused.text
        assert refused.json()["errors"][0]["field"] == field
        assert CHINESE.search(refused.json()["errors"][0]["reason"])
    unproved = RestVisitor(full, user_id="vera").came_in
    assert unproved.status_code == 400 and unproved.json()["errors"][0]["field"] == "user_sig"
    assert (
        full.python("from accounts.models import Visitor as V; print(V.objects.filter(user_id='bob').count())") == "0"
    )


# --- business servers


@pytest.mark.feature("A89", "U16")
def test_a_business_server_speaks_for_a_user_and_reads_what_was_said(house):
    """Open by key, write by token; find the session, read it, close it."""
    key = make_key(house, "visitors", "sessions.read", "sessions.close")
    user_id = f"order-bot-{house.port}"
    vera = RestVisitor(house, key=key, user_id=user_id, attributes={"等级": "金卡"})
    assert vera.welcome["visitor"]["attributes"] == {"等级": "金卡"}
    vera.say("业务服务器代发")
    server = business(house, key)
    found = server.get("sessions/", params={"user_id": user_id, "state": "flow"}).json()["results"]
    assert [row["visitor"]["user_id"] for row in found] == [user_id]
    session = f"sessions/{found[0]['id']}/"
    assert server.get(session).json()["channel"] == house.web_app_id
    lines = server.get(f"{session}messages/").json()["entries"]
    assert "业务服务器代发" in [text_of(entry) for entry in lines]
    closed = server.post(f"{session}close/")
    assert closed.status_code == 200 and closed.json()["ended_by"] == "admin"
    assert server.post(f"{session}close/").status_code == 409
    vera.wait_for_src("19")
    file = vera.ask("POST", "uploads/", files={"file": ("a.txt", b"hello")}).json()["elem"]["MsgContent"]["Url"]
    assert server.get(house.url + file).content == b"hello"
    assert httpx.get(house.url + file).status_code == 404


def test_sessions_are_paged_without_a_repeat(full):
    key = make_key(full, "sessions.read")
    user_ids = [f"paged-{number}-{full.port}" for number in range(7)]
    maker = make_key(full, "visitors")
    for user_id in user_ids:
        RestVisitor(full, key=maker, user_id=user_id).say("你好")
    server, url, seen = business(full, key), "sessions/?limit=3", []
    while url:
        page = server.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert (
        len(seen)
        == len(set(seen))
        == int(full.python("from sessions_flow.models import Session as S; print(S.objects.count())"))
    )
    for bad in ("state=nothing", "opened_after=yesterday", "group=x", "rating=9", "channel=%00"):
        answer = server.get(f"sessions/?{bad}")
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == bad.partition("=")[0], answer.text
    assert server.get("sessions/?cursor=junk").status_code == 404


@pytest.mark.feature("A89")
def test_a_key_opens_only_its_scopes_and_its_channel(full):
    """Another channel's sessions do not exist; a revoked key is nobody; scopes are kept apart."""
    mine = full.python(
        "from sessions_flow.models import Channel as C;"
        "c, _ = C.objects.get_or_create(service_account='@rest_other'); print(c.pk, c.web_app_id)"
    ).split()
    vera = RestVisitor(full)
    session = vera.say("别的渠道看不到")["session"]
    other = business(full, make_key(full, "visitors", "sessions.read", "sessions.close", channel=mine[0]))
    for method, path in [("GET", ""), ("GET", "messages/"), ("POST", "close/")]:
        assert other.request(method, f"sessions/{session}/{path}").status_code == 404
    assert all(row["channel"] == mine[1] for row in other.get("sessions/").json()["results"])
    assert other.post(f"channels/{full.web_app_id}/visitors/", json={"user_id": "u"}).status_code == 404
    assert other.post(f"channels/{mine[1]}/visitors/", json={"user_id": "u"}).status_code == 201
    reader, opener = business(full, make_key(full, "sessions.read")), business(full, make_key(full, "visitors"))
    assert reader.post(f"channels/{full.web_app_id}/visitors/", json={"user_id": "u"}).status_code == 403
    assert reader.post(f"sessions/{session}/close/").status_code == 403
    assert opener.get("sessions/").status_code == 403
    key = make_key(full, "sessions.read")
    assert business(full, key).get(f"sessions/{session}/").status_code == 200
    prefix = key.split("_")[1]
    full.python(
        "from sessions_flow.models import ApiKey as K; from sessions_flow.actions.api_keys import revoke_key;"
        f"revoke_key(K.objects.get(prefix='{prefix}'))"
    )
    assert business(full, key).get(f"sessions/{session}/").status_code == 401
    assert business(full, "").get("sessions/").status_code == 401
    assert httpx.get(f"{full.url}/api/v1/sessions/", headers=bearer(vera.token)).status_code in (401, 403)
    assert key.split("_", 2)[2] not in full.log("web")


# --- bad input


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("POST", "messages/", {}, 400, ""),
        ("POST", "messages/", {"text": ""}, 400, "text"),
        ("POST", "messages/", {"text": "   "}, 400, "text"),
        ("POST", "messages/", {"text": "x" * 5001}, 400, "text"),
        ("POST", "messages/", {"text": 5}, 400, "text"),
        ("POST", "messages/", {"text": ["a"]}, 400, "text"),
        ("POST", "messages/", {"text": "a", "upload": "0" * 32}, 400, ""),
        ("POST", "messages/", {"text": "a", "client_id": "no spaces"}, 400, "client_id"),
        ("POST", "messages/", {"text": "a", "client_id": "x" * 65}, 400, "client_id"),
        ("POST", "messages/", {"upload": "0" * 32}, 404, "elem"),
        ("POST", "messages/", {"upload": "../../etc/passwd"}, 400, "upload"),
        ("POST", "messages/", {"payload": {"src": "9"}}, 400, "Data"),
        ("POST", "messages/", {"payload": {"src": 7}}, 400, "Data"),
        ("POST", "messages/", {"payload": []}, 400, "payload"),
        ("POST", "messages/", {"payload": {"src": "22"}}, 400, "content"),
        ("POST", "messages/", {"payload": {"src": "7", "customerServicePlugin": 1}}, 400, "Data"),
        ("POST", "messages/", {"payload": {"src": "22", "content": {"desc": "x" * 12001}}}, 413, "Data"),
        ("POST", "messages/", {"elem": {}}, 400, "elem"),
        ("POST", "messages/", {"elem": {"MsgType": "TIMFaceElem", "MsgContent": {}}}, 400, "Index"),
        ("POST", "messages/", {"elem": {"MsgType": "TIMFileElem", "MsgContent": {}}}, 400, "elem"),
        ("POST", "messages/", [1], 400, ""),
        ("POST", "messages/", b"{", 400, ""),
        ("POST", "messages/", b'{"text": "\\ud800"}', 400, ""),
        ("POST", "messages/", b'{"text": "\\u0000"}', 400, ""),
        ("POST", "messages/", b'{"payload": ' + b"[" * 30_000 + b"}", 400, ""),
        ("POST", "messages/", b'{"payload": ' + b'{"a":' * 30 + b"1" + b"}" * 31, 400, ""),
        ("POST", "messages/", b'{"text": NaN}', 400, ""),
        ("POST", "messages/", b"\xff\xfe", 400, ""),
        ("POST", "messages/", {"text": "x" * 70_000}, 413, ""),
        ("POST", "read/", {}, 400, "seq"),
        ("POST", "read/", {"seq": -1}, 400, "seq"),
        ("POST", "read/", {"seq": 2**70}, 400, "seq"),
        ("POST", "rating/", {"level": 0}, 400, "level"),
        ("POST", "rating/", {"level": 5, "rating": "x"}, 400, "rating"),
        ("POST", "rating/", {"level": 5}, 400, ""),
        ("POST", "end/", {}, 409, ""),
        ("GET", "messages/?before=x", None, 400, "before"),
        ("GET", "messages/?before=1&after=1", None, 400, ""),
        ("GET", "messages/?limit=201", None, 400, "limit"),
        ("GET", "updates/?after=x", None, 400, "after"),
        ("GET", "updates/?after=-1", None, 400, "after"),
        ("GET", "updates/?wait=26", None, 400, "wait"),
        ("GET", "events/?after=1e3", None, 400, "after"),
        ("DELETE", "messages/", None, 405, ""),
        ("POST", "updates/", {}, 405, ""),
        ("POST", "nothing/", {}, 404, ""),
        ("POST", "messages/99/recall/", {}, 404, ""),
        ("POST", "messages/1/vote/", {"up": "maybe"}, 400, "up"),
        ("POST", "messages/1/vote/", {"up": True}, 404, ""),
        ("POST", f"messages/{2**80}/recall/", {}, 404, ""),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_chinese_and_stores_nothing(full, method, path, body, status, field):
    vera = RestVisitor(full)
    vera.say("一")
    vera.wait_for(lambda entry: entry["from"]["kind"] != "visitor")
    before = [entry for entry in vera.history()["entries"] if entry["from"]["kind"] == "visitor"]
    what = {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}
    headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}
    refused = vera.ask(method, path, headers=headers, **what)
    assert refused.status_code == status, refused.text
    row = refused.json()["errors"][0]
    assert row["field"] == field, row
    assert CHINESE.search(row["reason"]), row
    after = [entry for entry in vera.history()["entries"] if entry["from"]["kind"] == "visitor"]
    assert after == before
    english = vera.ask(method, path, headers={**headers, "Accept-Language": "en"}, **what)
    assert not CHINESE.search(english.text), english.text


def test_profile_is_checked(full):
    vera = RestVisitor(full)
    for bad, field in [
        ({"language": "fr"}, "language"),
        ({"nickname": "x" * 61}, "nickname"),
        ({"attributes": {"a": {"b": 1}}}, "a"),
        ({"attributes": {"user_id": "root"}}, "user_id"),
        ({"attributes": {f"n{number}": 1 for number in range(31)}}, "attributes"),
        ({"attributes": [1]}, "attributes"),
    ]:
        refused = vera.http.patch("visitor/", json=bad)
        assert refused.status_code == 400, refused.text
        assert refused.json()["errors"][0]["field"] == field
        assert CHINESE.search(refused.json()["errors"][0]["reason"])
    changed = vera.http.patch("visitor/", json={"nickname": "薇", "attributes": {"城市": "深圳", "vip": True}}).json()
    assert (changed["name"], changed["attributes"]) == ("薇", {"城市": "深圳", "vip": True})
    assert vera.http.patch("visitor/", json={"attributes": {"vip": None}}).json()["attributes"] == {"城市": "深圳"}


# --- uploads


@pytest.mark.feature("F45", "A90")
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("图.png", PNG, "TIMImageElem"),
        ("说明.pdf", b"%PDF-1.4 test", "TIMFileElem"),
        ("表.xlsx", b"PK\x03\x04 sheet", "TIMFileElem"),
        ("语音.mp3", b"ID3\x04 voice", "TIMSoundElem"),
        ("录像.mp4", b"\x00\x00\x00\x18ftypmp42 hdlr........vide", "TIMVideoFileElem"),
        ("包.zip", b"PK\x03\x04 zip", "TIMFileElem"),
    ],
)
def test_every_kind_of_file_travels(full, name, content, kind):
    """Text, multimedia, cards and emoji (F45): the agent gets the element, and its bytes are what was sent."""
    vera = RestVisitor(full)
    made = vera.ask("POST", "uploads/", files={"file": (name, content)})
    assert made.status_code == 201, made.text
    sent = vera.send(upload=made.json()["id"]).json()["entry"]
    assert sent["elem"] == made.json()["elem"] and sent["elem"]["MsgType"] == kind
    inside = sent["elem"]["MsgContent"]
    url = inside.get("Url") or inside.get("VideoUrl") or inside["ImageInfoArray"][0]["URL"]
    got = httpx.get(full.url + url, params={"ticket": vera.welcome["file_ticket"]})
    assert got.content == content and got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.feature("A90")
def test_what_cannot_be_uploaded(full):
    vera = RestVisitor(full)
    for files, status in [
        ({"file": ("a.exe", b"MZ")}, 400),
        ({"file": ("a.html", b"<script>")}, 400),
        ({"file": ("a.png", b"")}, 400),
        ({"other": ("a.png", PNG)}, 400),
        ({"file": ("a.txt", b"x" * (20 * 1024 * 1024 + 1))}, 413),
    ]:
        refused = vera.ask("POST", "uploads/", files=files)
        assert refused.status_code == status, refused.text
        assert refused.json()["errors"][0]["field"] == "file" and CHINESE.search(refused.json()["errors"][0]["reason"])
    assert vera.ask("POST", "uploads/", json={}).status_code == 415


# --- pages elsewhere


def test_only_the_channels_own_sites_may_read(full):
    """CORS: exact origins, no cookies, nothing for an empty list."""
    full.python(
        "from sessions_flow.models import Channel as C;"
        "c, _ = C.objects.get_or_create(service_account='@rest_cors'); c.allowed_sites = ['https://shop.example'];"
        "c.save(); print(c.web_app_id)"
    )
    app = full.python(
        "from sessions_flow.models import Channel as C; print(C.objects.get(service_account='@rest_cors').web_app_id)"
    )
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for path in ("visitors/", "conversation/messages/", "conversation/events/"):
        url = f"{full.url}/api/v1/channels/{app}/{path}"
        welcome = httpx.options(url, headers={"Origin": "https://shop.example", **asks})
        assert welcome.status_code == 204
        assert welcome.headers["Access-Control-Allow-Origin"] == "https://shop.example"
        assert "authorization" in welcome.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in welcome.headers
        for origin in ("https://evil.example", "http://shop.example", "https://shop.example.evil.com", "null"):
            refused = httpx.options(url, headers={"Origin": origin, **asks})
            assert not [name for name in refused.headers if name.startswith("access-control")], origin
            elsewhere = url.replace(app, full.web_app_id)
            assert (
                "Access-Control-Allow-Origin"
                not in httpx.options(elsewhere, headers={"Origin": origin, **asks}).headers
            )
    came = httpx.post(
        f"{full.url}/api/v1/channels/{app}/visitors/", json={}, headers={"Origin": "https://shop.example"}
    )
    assert came.headers["Access-Control-Allow-Origin"] == "https://shop.example" and "Origin" in came.headers["Vary"]
    sessions = httpx.get(f"{full.url}/api/v1/sessions/", headers={"Origin": "https://shop.example"})
    assert "Access-Control-Allow-Origin" not in sessions.headers
