"""The cloud API's column of the role table (accounts/tests/test_role_table.py): a key acts as the super admin would,
and not even he touches the super admin."""

import json

import pytest
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

from tests.cloud import Caller

ACTIONS = {
    "ModifyStaff": lambda account: {"Email": account, "Nick": "Evil"},
    "ModifyStaffPassword": lambda account: {"Email": account, "Password": "another-horse-10"},
    "DeleteStaff": lambda account: {"StaffList": [account]},
    "ForceMemberOffline": lambda account: {"UserId": account},
    "RestoreMemberOnline": lambda account: {"UserId": account},
}
MAKE = """
import json; from django.utils import timezone; from accounts.models import Member, Role
from accounts.actions import create_member as make
made = {name: make(account=f"table-{name}@example.com", nickname=name, role=role, password="correct-horse-9")
        for name, role in (("admin", Role.ADMIN), ("agent", Role.AGENT), ("gone", Role.AGENT), ("off", Role.AGENT))}
Member.objects.filter(pk=made["gone"].pk).update(deleted_at=timezone.now())
Member.objects.filter(pk=made["off"].pk).update(forced_off_at=timezone.now())
"""
ROWS = (
    "import json; from accounts.models import Member\n"
    "rows = Member.objects.order_by('pk')\n"
    "print(json.dumps([[str(v) for v in row] for row in rows.values_list('account', 'nickname', 'role',"
    " 'password', 'forced_off_at', 'deleted_at')]))"
)
REFUSED = {
    "admin-1600000001": set(ACTIONS), "table-gone@example.com": set(ACTIONS), "nobody@example.com": set(ACTIONS),
    "table-admin@example.com": {"RestoreMemberOnline"}, "table-agent@example.com": {"RestoreMemberOnline"},
    "table-off@example.com": {"ForceMemberOffline"},
}  # fmt: skip


@pytest.mark.feature("T7", "T9", "T13", "T14", "T15")
def test_the_column_of_the_cloud_api(full):
    caller = Caller(full)
    full.python(MAKE)
    boss = json.loads(full.python(ROWS))[0][0]
    before = full.python(ROWS)
    for target, refused in REFUSED.items():
        account = boss if target.startswith("admin-") else target
        for name in sorted(refused):
            with pytest.raises(TencentCloudSDKException):
                caller.call(name, **ACTIONS[name](account))
    assert full.python(ROWS) == before
    for name in ("ModifyStaff", "ModifyStaffPassword", "ForceMemberOffline"):
        caller.call(name, **ACTIONS[name]("table-agent@example.com"))
    caller.call("RestoreMemberOnline", UserId="table-agent@example.com")
    rows = {row[0]: row for row in json.loads(full.python(ROWS))}
    assert rows["table-agent@example.com"][1:3] == ["Evil", "agent"]
    for account in ("table-agent@example.com", "table-off@example.com", "table-admin@example.com"):
        caller.call("DeleteStaff", StaffList=[account])
