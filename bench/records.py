"""Service records and their search among a million messages: `make bench-records` (PostgreSQL 13 or newer; 10 minutes).

Fills a database of its own with MESSAGES messages of ten a session, indexes them as the sweep does, asks the pages
for what people ask (40 times each, through Django, templates included), and posts with and without the sweep beside.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

MESSAGES = int(os.environ.get("MESSAGES", "1000000"))
PER_SESSION, VISITORS, AGENTS, DAYS, ROUNDS = 10, 50_000, 50, 100, 40
BUSY, BATCHES = 50, 100
COMMON, SELDOM = "你好", "退款"
WORDS = """
请问 订单 发货 快递 地址 修改 发票 优惠 会员 积分 密码 登录 支付 失败 手机 号码 客服 人工 什么 时候 可以 不能 需要
已经 今天 明天 谢谢 麻烦 帮我 查询 一下 价格 活动 商品 质量 问题 换货 尺码 颜色 库存 门店 电话 评价 账户 余额 充值
""".split()  # noqa: SIM905 - a page of words


def texts(seed: int) -> Iterator[str]:
    """你好 in one of 10 messages, 退款 in one of 1,000, a number of its own in one of 50."""
    chance = random.Random(seed)
    for number in range(MESSAGES):
        said = "".join(chance.choices(WORDS, k=chance.randint(3, 12)))
        if number % 10 == 0:
            said = COMMON + said
        if number % 1000 == 7:
            said += SELDOM
        yield f"{said} SO{number:08d}" if number % 50 == 3 else said


def fill() -> None:
    """Straight into the tables, as the desk would have written them."""
    from django.db import connection

    from accounts.models import Member, Visitor
    from sessions_flow.models import Channel

    channel = Channel.objects.create(service_account="@bench")
    Member.objects.create(account="sofia@example.com", nickname="sofia", role="admin", password="!")
    Member.objects.bulk_create(Member(account=f"a{n}@example.com", nickname=f"a{n}") for n in range(AGENTS))
    agents = list(Member.objects.filter(role="agent").values_list("pk", flat=True))
    Visitor.objects.bulk_create((Visitor(nickname=f"用户{n}" if n % 3 else "") for n in range(VISITORS)), 5000)
    start = datetime.now(UTC) - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / (MESSAGES // PER_SESSION)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sessions_flow_conversation (public_id, seq, note_seq, visitor_read_seq, agent_read_seq, "
            "unread, preview, visitor_online, created_at, channel_id, visitor_id) "
            "SELECT md5(id::text), 0, 0, 0, 0, 0, '', false, now(), %s, id FROM accounts_visitor",
            [channel.pk],
        )
        cursor.execute("SELECT id FROM sessions_flow_conversation ORDER BY id")
        conversations = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO sessions_flow_session (session_id, conversation_id, state, node, is_asking, flow_seq, "
            "variables, flow_memory, agent_id, opened_at, served_at, ended_at, ended_by) "
            "SELECT gen_random_uuid(), (%s::bigint[])[1 + n %% %s], 'ended', 'start', false, 0, '{}', '{}', "
            "(%s::bigint[])[1 + n %% %s], %s + n * %s, %s + n * %s, %s + n * %s + interval '5 min', 'client' "
            "FROM generate_series(0, %s) n",
            [
                conversations, len(conversations), agents, len(agents), start, step, start, step, start, step,
                MESSAGES // PER_SESSION - 1,
            ],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO routing_assignment (session_id, member_id, group_name, offered_at, accepted_at, ended_at, "
            "outcome, origin, note, completed_at) SELECT id, agent_id, '', opened_at, opened_at, ended_at, 'served', "
            "'assigned', '', ended_at FROM sessions_flow_session"
        )
        cursor.execute("SELECT id, conversation_id, opened_at FROM sessions_flow_session ORDER BY id")
        sessions = cursor.fetchall()
        columns = "conversation_id, session_id, seq, kind, sender_id, sender_name, text, src, created_at"
        with cursor.copy(f"COPY sessions_flow_message ({columns}) FROM STDIN") as copy:
            for number, said in enumerate(texts(7)):
                session, conversation, at = sessions[number // PER_SESSION]
                at += timedelta(seconds=number % PER_SESSION)
                copy.write_row((conversation, session, number + 1, "visitor", "v", "", said, "", at))


def index() -> None:
    from django.db import connection
    from django.utils import timezone

    from sessions_flow.actions.indexing import index_messages

    began, total = time.perf_counter(), 0
    while done := index_messages(timezone.now()):
        total += done
    seconds = time.perf_counter() - began
    print(f"indexed {total:,} messages in {seconds:.0f} s: {total / seconds:,.0f} a second")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        for name in ("sessions_flow_message", "sessions_flow_searchtext", "messages_by_grams"):
            cursor.execute("SELECT pg_size_pretty(pg_relation_size(%s))", [name])
            print(f"  {name}: {cursor.fetchone()[0]}")


def ask(name: str, question: Callable[[int], int]) -> None:
    took, found = [], 0
    for number in range(ROUNDS):
        began = time.perf_counter()
        found = question(number)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    p95 = took[int(len(took) * 0.95) - 1]
    print(f"| {name} | {found:,} | {statistics.median(took):.0f} | {p95:.0f} | {took[-1]:.0f} |")


def pages() -> None:
    from django.test import Client

    from accounts.models import Member

    agent, admin = Client(), Client()
    agent.force_login(Member.objects.filter(role="agent").first())
    admin.force_login(Member.objects.get(role="admin"))
    ever = {"from": "2000-01-01", "to": "2099-01-01"}

    def records(client: Client, **query: object) -> int:
        answer = client.get("/workbench/records/", query)
        assert answer.status_code == 200
        return int(answer.context["page"].total)

    def console(**query: object) -> int:
        answer = admin.get("/admin/routing/assignment/", query)
        assert answer.status_code == 200
        return int(answer.context["cl"].result_count)

    print("| page | records | median ms | p95 ms | most ms |\n|---|---|---|---|---|")
    records(agent), console()
    ask("own records, yesterday and today", lambda n: records(agent))
    ask("own records of all days", lambda n: records(agent, **ever))
    ask(f"own, all days, “{SELDOM}” (1 of 1,000 messages)", lambda n: records(agent, q=SELDOM, **ever))
    ask(f"own, all days, “{COMMON}” (1 of 10 messages)", lambda n: records(agent, q=COMMON, **ever))
    ask("own, yesterday and today, a frequent word", lambda n: records(agent, q=WORDS[n % len(WORDS)]))
    ask("all agents', all days", lambda n: records(admin, **ever))
    ask("all agents', all days, an order's number", lambda n: records(admin, q=f"SO{n * 50 + 3:08d}", **ever))
    ask(f"all agents', all days, “{SELDOM}”", lambda n: records(admin, q=SELDOM, **ever))
    ask(f"all agents', all days, “{COMMON}”", lambda n: records(admin, q=COMMON, **ever))
    ask("console, all records", lambda n: console())
    ask(f"console, “{SELDOM}”", lambda n: console(q=SELDOM))
    ask(f"console, “{COMMON}”", lambda n: console(q=COMMON))
    ask("console, page 5,000", lambda n: console(p=5000))


INDEXER = """
import time, django
django.setup()
from django.utils import timezone
from sessions_flow.tasks import index_what_was_said
while True:
    index_what_was_said(timezone.now())
    time.sleep(2)
"""


def posting() -> None:
    """Messages a second into PostgreSQL, with the sweep of the index running beside and with it stopped, in turns."""
    from accounts.models import Visitor
    from sessions_flow.actions import Post, Sender, open_conversation, post_messages
    from sessions_flow.models import Channel
    from sessions_flow.protocol import elements

    channel = Channel.objects.create(service_account="@posting")
    visitors = Visitor.objects.bulk_create(Visitor() for _ in range(BUSY))
    pairs = [(open_conversation(channel, visitor).pk, Sender.visitor(visitor)) for visitor in visitors]

    def speed(name: str) -> float:
        began = time.perf_counter()
        for number in range(BATCHES):
            said = elements.text("".join(random.choices(WORDS, k=8)))
            post_messages([Post(pk, sender, said, f"{name}-{number}") for pk, sender in pairs])
        return BUSY * BATCHES / (time.perf_counter() - began)

    indexer = subprocess.Popen([sys.executable, "-c", INDEXER])
    try:
        speed("warm")
        rates = []
        for turn in range(5):
            indexer.send_signal(signal.SIGSTOP)
            without = speed(f"without{turn}")
            indexer.send_signal(signal.SIGCONT)
            rates.append((without, speed(f"with{turn}")))
    finally:
        indexer.send_signal(signal.SIGCONT)
        indexer.terminate()
        indexer.wait()
    ratios = sorted(beside / alone for alone, beside in rates)
    alone, beside = (statistics.median(column) for column in zip(*rates, strict=True))
    print(f"posting, batches of {BUSY}: {alone:,.0f} messages a second without the sweep, {beside:,.0f} beside it")
    print(f"  ratio inside a round: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def main() -> None:
    root = Path(__file__).parent.parent
    sys.path.insert(0, str(root))
    from tests.servers import start_postgres, stop

    with tempfile.TemporaryDirectory(prefix="desk-bench-records-") as folder:
        Path(folder).chmod(0o711)
        url = os.environ.get("DATABASE_URL") or start_postgres(Path(folder) / "postgres")[0]
        print(url, file=sys.stderr)
        os.environ.update(
            DATABASE_URL=url, REDIS_URL="", DATA_DIR=folder, DJANGO_SETTINGS_MODULE="cs_project.settings",
            ALLOWED_HOSTS="testserver", LOG_LEVEL="ERROR",
        )  # fmt: skip
        if "--filled" not in sys.argv:
            subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=root, check=True)
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"], cwd=root, check=True)
        import django
        from django.test.utils import setup_test_environment

        django.setup()
        setup_test_environment()  # answers tell their context
        try:
            if "--filled" not in sys.argv:
                fill()
                index()
            pages()
            posting()
        finally:
            from django.db import connection

            connection.close()
            stop()


if __name__ == "__main__":
    main()
