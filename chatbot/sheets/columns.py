"""The columns of a spreadsheet of questions, whatever another product calls them. Pure: no database."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

LABELS = {
    "category": _("category"), "question": _("standard question"), "similar": _("similar questions"),
    "answer": _("answer"), "state": _("state"), "format": _("format"),
}  # fmt: skip
NAMES: dict[str, str] = {
    name: field
    for field, names in {
        "category": "分类 类目 问题分类 所属分类 问题所属分类 知识分类 目录 category folder topic group 分组",
        "question": "标准问题 标准问 问题 标准问法 主问题 知识标题 知识点 question standardquestion title faq query",
        "similar": "相似问题 相似问 相似问法 扩展问 扩展问题 similarquestion similarquestions similar alternatives "
        "variants synonyms utterances 别名 问法",
        "answer": "回答 答案 应答 回复 回复内容 答复 内容 answer answers reply response content",
        "format": "格式 回答格式 答案类型 回复类型 类型 format type answertype",
        "state": "状态 启用状态 是否启用 启用 status state enabled active",
    }.items()
    for name in names.split()
}
_noise = re.compile(r"[\s_\-*:：()（）\[\]【】/]+|\d+$|必填|选填|可选|required|optional", re.IGNORECASE)


def recognise(headings: Sequence[str]) -> dict[int, str]:
    """Which field each column holds; columns that nobody knows are left out. Similar questions may have many."""
    found: dict[int, str] = {}
    for column, heading in enumerate(headings):
        field = NAMES.get(_noise.sub("", heading).lower()) or NAMES.get(_without_hint(heading))
        if field and (field == "similar" or field not in found.values()):
            found[column] = field
    return found


def _without_hint(heading: str) -> str:
    """「相似问题（多个用换行分隔）」 is 相似问题."""
    return _noise.sub("", re.split(r"[(（\[【]", heading, maxsplit=1)[0]).lower()


def is_headings(cells: Sequence[str]) -> bool:
    """At least question and answer are named."""
    return {"question", "answer"} <= set(recognise(cells).values())
