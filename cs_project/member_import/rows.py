"""Rows of a spreadsheet as the form of a new member would see them. Nothing is changed here."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import super_admin_account
from accounts.admin.member_forms import AddMemberForm
from accounts.models import Group, Role
from chatbot.sheets.reading import Cells, Unreadable, open_sheet

MOST_ROWS = 500
LABELS: dict[str, Promise] = {
    "nickname": gettext_lazy("nickname"), "account": gettext_lazy("e-mail or account"), "role": gettext_lazy("role"),
    "staff_no": gettext_lazy("work number"), "groups": gettext_lazy("groups"),
}  # fmt: skip
NAMES = {
    "nickname": {"昵称", "姓名", "名称", "nickname", "name"},
    "account": {"邮箱", "账号", "帐号", "邮箱或账号", "邮箱/账号", "account", "email", "e-mail", "e-mail or account"},
    "role": {"角色", "role"},
    "staff_no": {"工号", "客服工号", "work number", "staff no", "staff_no"},
    "groups": {"分组", "技能组", "所属分组", "group", "groups"},
}
ROLES = {"客服": Role.AGENT, "agent": Role.AGENT, "管理员": Role.ADMIN, "admin": Role.ADMIN, "": Role.AGENT}
_separators = re.compile(r"[、,，;；\n]")


@dataclass
class Row:
    """`texts` as the file has them, by the names of LABELS; `faults` say why it cannot be a member."""

    number: int
    texts: dict[str, str]
    faults: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)  # what the form made of it
    groups: list[Group] = field(default_factory=list)

    @property
    def shown(self) -> list[str]:
        return [self.texts[name] for name in LABELS]


def template_rows() -> list[list[str]]:
    """What 下载模板 gives: the headings and two examples."""
    agent, admin = str(Role.AGENT.label), str(Role.ADMIN.label)
    return [
        [str(label) for label in LABELS.values()],
        ["张三", "zhangsan@example.com", agent, "00791", ""],
        ["李四", "lisi@example.com", admin, "", ""],
    ]


def read_file(file: IO[bytes]) -> list[Row]:
    """Raises Unreadable for what is no list of members, or too long."""
    sheet = open_sheet(file)
    places = _places(sheet.headings)
    rows: list[Row] = []
    for number, cells in sheet.rows:
        if len(rows) == MOST_ROWS:
            raise Unreadable(_("A file may have %(most)s rows. Split it.") % {"most": MOST_ROWS})
        rows.append(Row(number, {name: _cell(cells, places.get(name)) for name in LABELS}))
    if not rows:
        raise Unreadable(_("The file is empty."))
    return rows


def _places(headings: Cells) -> dict[str, int]:
    """Which column holds what, by the words of either language."""
    said = [re.split(r"[(（]", heading)[0].strip().strip("*").lower() for heading in headings]
    known = {name: {*NAMES[name], str(label).lower()} for name, label in LABELS.items()}
    found = {
        name: at
        for name, words in known.items()
        if (at := next((i for i, s in enumerate(said) if s in words), -1)) >= 0
    }
    if not {"nickname", "account"} <= found.keys():
        wanted = {"nickname": LABELS["nickname"], "account": LABELS["account"]}
        raise Unreadable(_("The first row needs the columns “%(nickname)s” and “%(account)s”.") % wanted)
    return found


def _cell(cells: Cells, place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def check(rows: Iterable[Row]) -> None:
    """Writes into each row what is wrong with it, by the rules of the form and of the file."""
    groups = {group.name: group for group in Group.objects.present()}
    seen: dict[str, int] = {}
    for row in rows:
        account = row.texts["account"].lower()
        first = seen.setdefault(account, row.number)
        row.faults = list(_faults(row, groups))
        if account and first != row.number:
            row.faults.append(_("The account stands in row %(row)s already.") % {"row": first})


def _faults(row: Row, groups: dict[str, Group]) -> Iterator[str]:
    if row.texts["account"].lower() == super_admin_account():
        yield _("This account is reserved for the super admin.")
        return
    names = _names(row.texts["groups"], groups)
    row.groups = [groups[name] for name in names if name in groups]
    for name in names:
        if name not in groups:
            yield _("There is no group “%(name)s”.") % {"name": name[:60]}
    role = ROLES.get(row.texts["role"].lower(), row.texts["role"])
    form = AddMemberForm({**row.texts, "role": role, "groups": [group.pk for group in row.groups]})
    for name, errors in form.errors.items():
        for error in errors:
            yield _("%(field)s: %(reason)s") % {"field": capfirst(str(LABELS.get(name, ""))), "reason": error}
    row.data = {name: form.cleaned_data.get(name) for name in ("account", "nickname", "role", "staff_no")}


def _names(text: str, groups: dict[str, Group]) -> list[str]:
    """A group may have a separator in its name."""
    if text in groups:
        return [text]
    return list(dict.fromkeys(name for part in _separators.split(text) if (name := part.strip())))
