"""The published cloud SDKs, unchanged but for endpoint and protocol, against a full size installation (S5, A91)."""

import contextlib
import json
import shutil
import time

import httpx
import pytest

from tests.cloud import APP, Caller
from tests.people import ALICE, BOB, VisitorPerson, at_work, log_in, payload_of


@pytest.fixture
def caller(full):
    return Caller(full)


@pytest.mark.feature("S4", "S5", "S7")
def test_an_sdk_login_token(caller, full):
    answer = caller.call("CreateSDKLoginToken", SeatUserId=ALICE, OnlyOnce=True)
    assert answer["SdkURL"].startswith(full.url) and answer["Token"] in answer["SdkURL"]
    assert 590 <= answer["ExpiredTime"] - time.time() <= 600
    assert answer["RequestId"]
    with caller.refused("InvalidParameterValue.AccountNotExist"):
        caller.call("CreateSDKLoginToken", SeatUserId="nobody@example.com")


def test_who_may_not_call(full, caller):
    with Caller(full, caller.secret_id, "wrong").refused("AuthFailure.SignatureFailure"):
        Caller(full, caller.secret_id, "wrong").call("CreateSDKLoginToken", SeatUserId=ALICE)
    with caller.refused("AuthFailure.SecretIdNotFound"):
        Caller(full, "AKIDnone", "x").call("CreateSDKLoginToken", SeatUserId=ALICE)


@pytest.mark.feature("S2", "A91")
def test_bad_calls_get_the_published_codes(caller):
    with caller.refused("InvalidParameterValue.InstanceNotExist"):
        caller.call("DescribeStaffInfoList", SdkAppId=1, PageSize=10, PageNumber=0)
    with caller.refused("MissingParameter"):
        caller.call("CreateSDKLoginToken")
    with caller.refused("InvalidParameter"):
        caller.call("DescribeStaffInfoList", PageSize="ten", PageNumber=0)
    with caller.refused("InvalidParameterValue"):
        caller.call("DescribeStaffInfoList", PageSize=100_000, PageNumber=0)
    with caller.refused("InvalidAction"):
        caller.call("DescribeTelCdr", StartTimeStamp=1, EndTimeStamp=2)
    with caller.refused("UnknownParameter"):
        caller.call("ModifyStaff", Email=ALICE, UseMobileCallOut=True)


def test_a_replay_is_refused(full, caller, monkeypatch):
    """The captured request again, now or as another action; quick honest calls with equal parameters are not hurt."""
    sent = []
    send = caller.client.request.send_request

    def capture(request):
        sent.append(request)
        return send(request)

    monkeypatch.setattr(caller.client.request, "send_request", capture)
    for _ in range(3):
        caller.call("CreateSDKLoginToken", SeatUserId=ALICE)
    captured, headers = sent[0], {**sent[0].header}

    def again(**more) -> str:
        answer = httpx.post(f"{full.url}/", headers={**headers, **more}, content=captured.data)
        return answer.json()["Response"].get("Error", {}).get("Code")

    assert again() == again(**{"X-TC-Action": "CreateAdminURL"}) == "AuthFailure.SignatureFailure"
    time.sleep(2.1)  # the window for twins
    assert again(**{"X-TC-TraceId": "another"}) == "AuthFailure.SignatureFailure"


@pytest.mark.feature("T1", "T11", "T12", "T14", "T15", "A81")
def test_the_life_of_a_member(caller, full):
    mail = f"carol-{time.time_ns()}@example.com"
    group = caller.call("CreateCCCSkillGroup", SkillGroupName=f"G{time.time_ns()}", SkillGroupType=1, MaxConcurrency=2)
    name = caller.call("DescribeSkillGroupInfoList", PageSize=1, PageNumber=0, SkillGroupId=group["SkillGroupId"])
    staff = {"Mail": mail, "Nick": "Carol", "SkillGroupNameList": [name["SkillGroupList"][0]["SkillGroupName"]]}
    made = caller.call("CreateStaff", Staffs=[staff, {"Mail": "no address", "Nick": "X"}], SendPassword=False)
    assert [(row["StaffEmail"], row["Code"]) for row in made["ErrorStaffList"]] == [
        ("no address", "InvalidParameterValue")
    ]
    again = caller.call("CreateStaff", Staffs=[staff], SendPassword=False)["ErrorStaffList"]
    assert again[0]["Code"] == "FailedOperation.DuplicatedAccount"

    phone = f"0086138{time.time_ns() % 10**8:08d}"
    caller.call("ModifyStaff", Email=mail, Nick="Caroline", Phone=phone, StaffNo="00999")
    info = caller.call("DescribeStaffInfoList", PageSize=10, PageNumber=0, StaffMail=mail)["StaffList"][0]
    assert (info["Nick"], info["Phone"], info["StaffNumber"]) == ("Caroline", phone, "00999")
    assert [row["SkillGroupId"] for row in info["SkillGroupList"]] == [group["SkillGroupId"]]
    with caller.refused("InvalidParameterValue.PhoneNumIsBoundOtherAccount"):
        caller.call("ModifyStaff", Email=BOB, Phone=phone)

    with caller.refused("InvalidParameterValue"):
        caller.call("ModifyStaffPassword", Email=mail, Password="123")
    caller.call("ModifyStaffPassword", Email=mail, Password="a long enough one")
    assert _can_log_in(full, mail, "a long enough one")
    caller.call("ForceMemberOffline", UserId=mail)
    assert not _can_log_in(full, mail, "a long enough one")
    with caller.refused("FailedOperation.CurStateNotAllowModify"):
        caller.call("CreateSDKLoginToken", SeatUserId=mail)
    caller.call("RestoreMemberOnline", UserId=mail)
    assert _can_log_in(full, mail, "a long enough one")

    deleted = caller.call("DeleteStaff", StaffList=[mail])
    assert deleted["OnlineStaffList"] == [] and json.loads(deleted["DeleteStatusInfo"]) == {mail: "deleted"}
    with caller.refused("InvalidParameterValue.AccountNotExist"):
        caller.call("DeleteStaff", StaffList=[mail])
    caller.call("DeleteCCCSkillGroup", SkillGroupId=group["SkillGroupId"])


@pytest.mark.feature("T7")
def test_the_super_admin_is_out_of_reach(caller):
    for action, parameters in {
        "DeleteStaff": {"StaffList": [f"admin-{APP}"]},
        "ModifyStaffPassword": {"Email": f"admin-{APP}", "Password": "a long enough one"},
        "ForceMemberOffline": {"UserId": f"admin-{APP}"},
        "ModifyStaff": {"Email": f"admin-{APP}", "Nick": "Me"},
    }.items():
        with caller.refused("FailedOperation.PermissionDenied"):
            caller.call(action, **parameters)


@pytest.mark.feature("T19", "T20", "T22", "T24", "T25", "T26")
def test_the_life_of_a_group(caller):
    name = f"Sales {time.time_ns()}"
    number = caller.call("CreateCCCSkillGroup", SkillGroupName=name, SkillGroupType=1)["SkillGroupId"]
    with caller.refused("InvalidParameterValue.SkillGroupExist"):
        caller.call("CreateCCCSkillGroup", SkillGroupName=name, SkillGroupType=1)
    with caller.refused("InvalidParameterValue"):
        caller.call("CreateCCCSkillGroup", SkillGroupName="Phones", SkillGroupType=0)
    caller.call("UpdateCCCSkillGroup", SkillGroupID=number, SkillGroupName=f"{name}!", MaxConcurrency=3)
    found = caller.call("DescribeSkillGroupInfoList", PageSize=10, PageNumber=0, SkillGroupName=f"{name}!")
    assert [(row["SkillGroupId"], row["MaxConcurrency"]) for row in found["SkillGroupList"]] == [(number, 3)]

    caller.call("BindStaffSkillGroupList", StaffEmail=ALICE, StaffSkillGroupList=[{"SkillGroupId": number}])
    members = caller.call("DescribeStaffInfoList", PageSize=10, PageNumber=0, SkillGroupId=number)
    assert [row["Mail"] for row in members["StaffList"]] == [ALICE]
    caller.call("UnbindStaffSkillGroupList", StaffEmail=ALICE, SkillGroupList=[number])
    assert caller.call("DescribeStaffInfoList", PageSize=10, PageNumber=0, SkillGroupId=number)["TotalCount"] == 0
    caller.call("DeleteCCCSkillGroup", SkillGroupId=number)
    with caller.refused("InvalidParameterValue.SkillGroupError"):
        caller.call("DeleteCCCSkillGroup", SkillGroupId=number)


def test_what_a_key_changes_stands_in_the_audit_log(caller, full):
    """Under the name of the key, with the groups and the phone before and after."""
    name = f"Audited {time.time()}"
    number = caller.call("CreateCCCSkillGroup", SkillGroupName=name, SkillGroupType=1)["SkillGroupId"]
    caller.call("ModifyStaff", Email=BOB, Phone="008613800001234")
    caller.call("BindStaffSkillGroupList", StaffEmail=BOB, SkillGroupList=[number])
    caller.call("UnbindStaffSkillGroupList", StaffEmail=BOB, SkillGroupList=[number])
    caller.call("ModifyStaff", Email=BOB, Phone="")
    rows = full.python(
        "import json; from accounts.models import Member as M; from auditlog.models import LogEntry as L; "
        f"found = L.objects.get_for_object(M.objects.get(account={BOB!r})).filter(actor_email__gt='').order_by('pk'); "
        f"print(json.dumps([[e.actor_email, e.remote_addr, e.changes] for e in found]))"
    )
    told = json.loads(rows)
    assert {(who, where) for who, where, _what in told} == {(f"SecretId {caller.secret_id}", "127.0.0.1")}
    changes = [what for _who, _where, what in told]
    assert [what["phone"][1] for what in changes if "phone" in what] == ["+8613800001234", ""]
    assert [name in what["groups_served"][1] for what in changes if "groups_served" in what] == [True, False]


@pytest.mark.feature("S17")
def test_statuses_are_told_and_set(caller, full):
    start = int(time.time())
    with at_work(full, ALICE):
        answer = caller.call("SetStaffStatus", StaffStatusList=[{"StaffUserId": ALICE, "Status": "notReady"}])
        row = answer["StaffStatusList"][0]
        assert (row["ErrorCode"], row["PreviousStatus"], row["Status"]) == ("", "free", "notReady")
        metrics = caller.call("DescribeStaffStatusMetrics", StaffList=[ALICE])["Metrics"][0]
        assert metrics["Status"] == "notReady" and metrics["LastOnlineTimestamp"] >= start - 1
        history = caller.call(
            "DescribeStaffStatusHistory", StaffUserId=ALICE, StartTimestamp=start - 1, EndTimestamp=start + 600
        )
        assert [entry["Status"] for entry in history["Data"]][:2] == ["free", "notReady"]
        later = caller.call(
            "DescribeStaffStatusHistory", StaffUserId=ALICE, StartTimestamp=start - 1, EndTimestamp=start + 600,
            Cursor=history["Data"][0]["Cursor"],
        )  # fmt: skip
        assert next(entry["Status"] for entry in later["Data"]) == "notReady"
        assert json.loads(caller.call("DeleteStaff", StaffList=[ALICE])["DeleteStatusInfo"]) == {ALICE: "online"}
    gone = caller.call("SetStaffStatus", StaffStatusList=[{"StaffUserId": ALICE, "Status": "free"}])["StaffStatusList"]
    assert gone[0]["ErrorCode"] == "FailedOperation.CurStateNotAllowModify"


@pytest.mark.feature("D12", "F5")
def test_records_and_messages_of_a_session(caller, full):
    start = int(time.time()) - 1
    with at_work(full, ALICE) as alice:
        vera = VisitorPerson(full)
        vera.trigger()
        vera.say("转人工服务")
        row = alice.wait_for_row(vera.openid)
        alice.say(row["conversation"], "您好,我是小艾")
        alice.must("session.end", session=row["session"]["id"])
        card = payload_of(vera.wait_for_src("9"))["menuContent"]
        vera.close()
        session = row["session"]["id"]
    range_ = {"StartTimestamp": start, "EndTimestamp": int(time.time()) + 1}
    records = caller.call("DescribeIMCdrList", **range_, Limit=100)["IMCdrList"]
    record = next(item for item in records if item["SessionId"] == session)
    assert (record["StaffId"], record["EndStatus"], record["Type"]) == (ALICE, 1, 2)
    assert record["ClientUserId"] == vera.openid and len(card["menu"]) == 5
    said = caller.call("DescribeChatMessages", SessionId=session, Order=1, Limit=100)
    texts = [message["Content"] for body in said["Messages"] for message in body["Messages"]]
    assert texts.index("转人工服务") < texts.index("您好,我是小艾")
    assert caller.call("DescribeChatMessages", CdrId=record["Id"], Limit=1)["TotalCount"] == said["TotalCount"]
    assert caller.call("DescribeIMCdrs", **range_, Limit=1)["IMCdrs"]
    with caller.refused("InvalidParameterValue.RecordNotExist"):
        caller.call("DescribeChatMessages", SessionId="00000000-0000-0000-0000-000000000000")


@pytest.mark.feature("A89")
def test_a_brief_user_sig(caller, full):
    from TLSSigAPIv2 import base64_decode_url

    assert base64_decode_url  # the published package is there
    sig = caller.call("CreateUserSig", Uid="customer-7", ClientData="vip", ExpiredTime=60)["UserSig"]
    assert full.python(f"from accounts.usersig import verify; print(verify({sig!r}, 'customer-7'))") == "customer-7"
    with caller.refused("InvalidParameterValue"):
        caller.call("CreateUserSig", Uid="customer-7", ExpiredTime=3601)


@pytest.mark.feature("M5")
def test_an_admin_link_lets_in_once(caller, full):
    url = caller.call("CreateAdminURL", SeatUserId=f"admin-{APP}")["URL"]
    first = httpx.Client(follow_redirects=True)
    assert first.get(url).url.path == "/admin/" and "sessionid" in first.cookies
    assert httpx.get(url, follow_redirects=True).status_code == 404
    with caller.refused("FailedOperation.PermissionDenied"):
        caller.call("CreateAdminURL", SeatUserId=ALICE)


@pytest.mark.feature("S51")
@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
def test_the_published_node_client(caller):
    assert caller.node("CreateSDKLoginToken", SeatUserId=BOB)["SdkURL"]
    assert caller.node("CreateSDKLoginToken", SeatUserId="nobody@example.com")["error"]["code"] == (
        "InvalidParameterValue.AccountNotExist"
    )
    assert caller.node("DescribeStaffInfoList", PageSize=2, PageNumber=0)["TotalCount"] >= 3


@pytest.mark.feature("A91")
def test_the_envelope_is_what_the_clients_can_read(full):
    answer = httpx.post(f"{full.url}/cloud/", headers={"X-TC-Action": "CreateStaff"}, json={})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.SignatureFailure"
    assert answer.json()["Response"]["RequestId"]


def _can_log_in(house, account: str, password: str) -> bool:
    with contextlib.suppress(AssertionError):
        return log_in(house, account, password).get("/workbench/").url.path == "/workbench/"
    return False
