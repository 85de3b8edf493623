"""The matcher against our own presets; no database."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chatbot.matching import Entry, Match, Matcher
from chatbot.matching.protocol import answer_lines, read_entries

DIRECT_THRESHOLD = 0.6
GUIDE_THRESHOLD = 0.3

CHINESE = {
    "你们的智能客服都有什么本领和功能": "智能客服提供哪些功能",
    "知识库的内容我想改一改，去哪里改": "如何修改机器人知识库",
    "机器人的答案怎么编辑": "如何修改机器人知识库",
    "请帮我转到人工客服": "如何转接人工客服",
    "客服平时在哪收消息、发消息": "客服在哪里收发消息",
    "工作时间在哪里设置": "如何设置工作时间",
    "怎样修改客服的工作时间": "如何设置工作时间",
    "满意度评价可以发给用户吗": "是否支持发送满意度评价",
    "可以不可以把机器人关闭": "机器人功能可以关闭吗",
    "消息渠道都支持哪几个": "支持哪些消息渠道",
    "什么时候会出现排队的情况": "什么情况会进入排队",
    "为什么会进入排队呀": "什么情况会进入排队",
    "用户咨询的渠道有哪些": "支持哪些用户咨询渠道?",
    "我想让客服来回复所有问题": "怎么实现所有的问题都由客服回复",
    "智能客服到底是什么东西": "智能客服是什么",
}
ENGLISH = {
    "which features does the desk have": "What features does the customer-service desk offer?",
    "how can I edit the knowledge base of the bot": "How do I change the bot's knowledge base?",
    "please transfer me to a human": "How do I get transferred to a human agent?",
    "can i speak with a human agent": "How do I get transferred to a human agent?",
    "where do my agents receive messages": "Where do agents send and receive messages?",
    "how to change work hours": "How do I set the work hours?",
    "where do i set working hours": "How do I set the work hours?",
    "do you support sending a satisfaction rating": "Can I send satisfaction ratings?",
    "how can I turn off the bot": "Can the bot be turned off?",
    "what message channels do you support": "Which message channels are supported?",
    "when do visitors get queued": "When does a visitor have to queue?",
    "how can our customers contact us": "How can visitors contact us?",
    "all questions should be answered by agents": "How can all questions be answered by human agents?",
    "how do agents serve a visitor": "How should agents serve visitors?",
}
UNRELATED = [
    "今天天气怎么样",
    "帮我写一首诗",
    "红烧肉怎么做才好吃",
    "北京到上海的高铁要多久",
    "what is the capital of france",
    "recommend me a good movie",
    "how tall is mount everest",
    "😀😀",
    "？？？",
    "asdf qwer",
]


def presets(language: str) -> list[Entry]:
    path = Path(__file__).parent.parent / "presets" / f"{language}.json"
    stored: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["entries"]
    return [Entry(row["question"], (row["question"], *row["similar"])) for row in stored]


@pytest.fixture(scope="module")
def chinese() -> Matcher:
    return Matcher(presets("zh"))


@pytest.fixture(scope="module")
def english() -> Matcher:
    return Matcher(presets("en"))


@pytest.fixture(scope="module")
def both() -> Matcher:
    return Matcher(presets("zh") + presets("en"))


@pytest.mark.feature("B4")
@pytest.mark.parametrize(("asked", "meant"), CHINESE.items())
def test_it_works(chinese: Matcher, asked: str, meant: str) -> None:
    assert asked not in [question for entry in presets("zh") for question in entry.questions]
    found = chinese.match(asked)
    assert (found.id, found.score >= DIRECT_THRESHOLD) == (meant, True), found.top[:3]


@pytest.mark.feature("B4")
@pytest.mark.parametrize(("asked", "meant"), ENGLISH.items())
def test_it_works_in_english(english: Matcher, asked: str, meant: str) -> None:
    assert asked not in [question for entry in presets("en") for question in entry.questions]
    found = english.match(asked)
    assert (found.id, found.score >= DIRECT_THRESHOLD) == (meant, True), found.top[:3]


def test_a_doubtful_question_is_only_suggested(chinese: Matcher) -> None:
    found = chinese.match("客服该怎么为用户服务")
    assert found.id == "客服要怎么服务用户?"
    assert GUIDE_THRESHOLD <= found.score < DIRECT_THRESHOLD


@pytest.mark.parametrize("asked", UNRELATED)
def test_an_unrelated_question_is_not_answered(chinese: Matcher, english: Matcher, both: Matcher, asked: str) -> None:
    assert all(matcher.match(asked).score < DIRECT_THRESHOLD for matcher in (chinese, english, both))


@pytest.mark.feature("A68")
@pytest.mark.parametrize(
    "asked", ["如何设置工作时间", " 如何设置工作时间？ ", "如何 设置 工作时间!", "怎么配置客服的服务时段"]
)
def test_the_question_itself_is_certain(chinese: Matcher, asked: str) -> None:
    found = chinese.match(asked)
    assert (found.id, found.score, found.top[0]) == ("如何设置工作时间", 1.0, ("如何设置工作时间", 1.0))


def test_every_stored_question_finds_its_entry(both: Matcher) -> None:
    for entry in presets("zh") + presets("en"):
        for question in entry.questions:
            found = both.match(question.upper() + " ")
            assert (found.id, found.score) == (entry.id, 1.0)


def test_only_the_question_itself_is_certain(chinese: Matcher) -> None:
    assert chinese.match("如何设置工作时间呢").score < 1.0


def test_each_language_is_asked_in_its_own(both: Matcher) -> None:
    questions = {**CHINESE, **ENGLISH}
    assert {asked: both.match(asked).id for asked in questions} == questions


def test_a_base_of_one_language_is_asked_in_another(chinese: Matcher) -> None:
    assert chinese.match("App").id == "支持哪些消息渠道"
    assert chinese.match("hello there").score < DIRECT_THRESHOLD


def test_a_few_foreign_entries_share_the_index() -> None:
    matcher = Matcher([*presets("zh"), Entry("vpn", ("How do I reset the VPN?",))])
    assert matcher.match("reset my vpn").id == "vpn"
    assert matcher.match("工作时间在哪里设置").id == "如何设置工作时间"


def test_candidates_come_best_first(chinese: Matcher) -> None:
    found = chinese.match("机器人怎么关", k=5)
    scores = [score for _, score in found.top]
    assert len(scores) == 5 and scores == sorted(scores, reverse=True)
    assert found.top[0] == (found.id, found.score)
    assert all(0 <= score <= 1 for score in scores)


@pytest.mark.parametrize("asked", ["", " \n\t", "\u3000"])
def test_a_blank_text_finds_nothing(chinese: Matcher, asked: str) -> None:
    assert chinese.match(asked) == Match(None, 0.0, [])


@pytest.mark.parametrize("entries", [[], [Entry("blank", ("", "  "))], [Entry("none", ())]])
def test_an_empty_base_finds_nothing(entries: list[Entry]) -> None:
    assert Matcher(entries).match("如何设置工作时间") == Match(None, 0.0, [])


@pytest.mark.parametrize(
    "asked",
    ["?", "😀", "_", "\x00", "a", "吗", "的的的", "啊" * 100_000, "x " * 50_000, "\ud800"],
    ids=range(10),
)
def test_odd_texts_are_survived(both: Matcher, asked: str) -> None:
    assert 0 <= both.match(asked).score < DIRECT_THRESHOLD


def test_a_base_of_one_entry() -> None:
    matcher = Matcher([Entry("1", ("怎么退款",))])
    assert matcher.match("怎么退款").score == 1.0
    assert matcher.match("如何退款").id == "1"


def test_two_entries_with_the_same_question_are_both_certain() -> None:
    found = Matcher([Entry("1", ("怎么退款",)), Entry("2", ("怎么退款",))]).match("怎么退款？")
    assert found.top == [("1", 1.0), ("2", 1.0)]


def test_threads_agree(both: Matcher) -> None:
    questions = [*CHINESE, *ENGLISH] * 5
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(both.match, questions)) == [both.match(question) for question in questions]


def test_protocol_answers_each_line_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kb.jsonl"
    rows = [{"id": "r", "question": "怎么退款", "similar": ["退钱"]}, {"id": "s", "question": "多久发货"}]
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    out = io.StringIO()

    def queries() -> Any:
        for number, query in enumerate(["退钱\n", "\n", "什么时候发货\n"]):
            assert out.getvalue().count("\n") == number
            yield query

    answer_lines(Matcher(read_entries(path)), queries(), out)
    exact, blank, near = map(json.loads, out.getvalue().splitlines())
    assert (exact["id"], exact["score"], exact["top"][0]) == ("r", 1.0, ["r", 1.0])
    assert blank == {"id": None, "score": 0.0, "top": []}
    assert near["id"] == "s"
