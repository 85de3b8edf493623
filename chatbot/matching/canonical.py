"""Canonical wording: phrases that ask the same thing are written one way, courtesies are dropped.

Hand-written, longest phrase first; each text is rewritten in one pass, so no rule sees another's output.
"""

import re

from chatbot.matching.text import Script, compact, fold, normalise

_CHINESE = {
    "为啥": "为什么 为何 怎么回事 咋回事 什么原因 啥原因 什么情况 怎么会 因为什么 是何原因 干嘛",
    "咋": "怎么样才能 怎样才能 如何才能 怎么才能 怎么样 怎么着 怎样 如何 怎么 咋样 怎嘛 怎麼 么样",
    "是否": "是不是",
    "能": "能不能够 可不可以 可以不可以 能不能 能否 可否 可以 能够",
    "有": "有没有 有无",
    "要": "需不需要 要不要 是否要 需要 必须",
    "会": "会不会",
    "吗": "行不行 好不好 对不对 是吗 对吗 好吗 行吗 可以吗",
    "多久": "多长时间 多少时间 多少天 多少小时 几天 几个小时 什么时候 什么时间 何时 啥时候 几点",
    "哪里": "什么地方 哪个地方 哪个位置 哪儿 何处 在哪里 在哪儿 在哪",
    "啥": "什么样的 什么样 什么 啥子 神马 甚么",
    "不": "没有 没 未 木有 无法 不能 不了",
    "价格": "多少钱 什么价格 啥价 价格多少 价钱",
    "号码": "手机号码 电话号码 手机号",
    "你": "您",
    "": (
        "谁知道 有谁知道 我想知道 想知道 我想问一下 想问一下 请问一下 问一下 我想问 想问 请问 求问 "
        "告诉我 帮我 麻烦 谢谢 您好 你好 亲亲 亲 大神 求助 求 一下 一般 这个 那个 到底 究竟"
    ),
}
_ENGLISH = {
    "not": "nt",
    "can not": "cannot",
    "what": "whats",
    "how": "hows",
    "why": "how come",
    "howto": (
        "how do i|how can i|how to|how should i|how would i|how do you|what do i do to|what is the way to|"
        "is there a way to|is it possible to|am i able to|can i|could i|may i"
    ),
    "": (
        "please|hi|hello|hey|thanks|thank you|kindly|could you|can you|would you|i would like to|"
        "i d like to|i want to|i need to|i wanna|tell me|let me know|do you know"
    ),
}
_PARTICLES_AT_END = re.compile(r"[呢呀啊哦哈吧嘛啦哇噢喔]+$")
_NEGATION = re.compile(r"n't\b")
_CLITIC = re.compile(r"'(?:re|s|m|ve|ll|d)\b")


def _phrases(table: dict[str, str], separator: str) -> dict[str, str]:
    return {phrase: word for word, phrases in table.items() for phrase in phrases.split(separator)}


def _any_of(phrases: dict[str, str], pattern: str) -> re.Pattern[str]:
    return re.compile(pattern % "|".join(sorted(map(re.escape, phrases), key=len, reverse=True)))


_ZH_WORDS = _phrases(_CHINESE, " ")
_ZH_ANY = _any_of(_ZH_WORDS, "%s")
_EN_WORDS = _phrases(_ENGLISH, "|")
_EN_ANY = _any_of(_EN_WORDS, r"\b(?:%s)\b")


def canonical(text: str, script: Script) -> str:
    """The text in canonical wording; the normalised text if nothing else is left of it."""
    return (_chinese(text) if script == "zh" else _english(text)) or compact(normalise(text))


def _chinese(text: str) -> str:
    plain = _PARTICLES_AT_END.sub("", normalise(text).replace(" ", ""))
    return _ZH_ANY.sub(lambda found: _ZH_WORDS[found[0]], plain)


def _english(text: str) -> str:
    spelled = normalise(_CLITIC.sub(" ", _NEGATION.sub(" not", fold(text))))
    return " ".join(_EN_ANY.sub(lambda found: _EN_WORDS[found[0]], spelled).split())
