"""post_messages: promises 1 to 3."""

import random
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Visitor
from sessions_flow.actions import Post, Refused, Sender, Stored, post_messages
from sessions_flow.models import Message, Session
from sessions_flow.protocol import elements, errors
from tests.cast import Vera, make_member, say, sit_down

pytestmark = pytest.mark.usefixtures("desk")


def in_parallel(work, items):
    """Runs `work` for every item at the same moment, each in a thread with a connection of its own."""
    barrier = threading.Barrier(len(items))

    def run(item):
        try:
            barrier.wait(20)
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(run, items))


def test_it_works():
    vera = Vera()
    result = vera.post("hello")
    assert isinstance(result, Stored) and (result.seq, result.is_new) == (1, True)
    row = Message.objects.get(conversation=vera.conversation, seq=1)
    assert (row.text, row.client_id, row.sender_id) == ("hello", "v1", vera.visitor.openid)
    vera.conversation.refresh_from_db()
    assert (vera.conversation.seq >= 1, vera.conversation.preview, vera.conversation.unread) == (True, "hello", 1)


@pytest.mark.feature("A97")
def test_fifty_parallel_sends_of_one_id_store_one():
    vera = Vera()
    results = in_parallel(lambda number: vera.post(f"body {number}", "same"), range(50))
    assert {result.seq for result in results} == {results[0].seq}
    assert sum(result.is_new for result in results) == 1
    assert Message.objects.filter(conversation=vera.conversation, client_id="same").count() == 1


@pytest.mark.feature("A97")
def test_seq_is_gapless_under_a_race():
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    veras = [Vera(), Vera()]
    who = Sender.visitor(veras[0].visitor), Sender.visitor(veras[1].visitor)

    def batch(number):
        some = random.Random(seed + number)
        sides = [some.randrange(2) for _ in range(5)]
        return post_messages(
            [
                Post(veras[side].conversation.pk, who[side], elements.text(f"{number}.{n}"), f"{number}-{n}")
                for n, side in enumerate(sides)
            ]
        )

    in_parallel(batch, range(16))
    for vera in veras:
        seqs = list(vera.conversation.messages.order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.feature("F5")
def test_one_session_though_two_messages_open_it_at_once():
    vera = Vera()
    in_parallel(lambda number: vera.post("hi", f"c{number}"), range(8))
    assert Session.objects.filter(conversation=vera.conversation).count() == 1


def test_queries_do_not_grow_with_the_batch(settled):
    """One batch of 100 into 50 conversations costs as many statements as a batch of one."""
    veras = [Vera() for _ in range(50)]
    for vera in veras:
        vera.post("opens the session")
    settled()

    def queries(posts):
        """What the server was asked to execute, as libpq saw it go over the wire."""
        raw = connection.connection.pgconn
        with tempfile.TemporaryFile("w+") as trace:
            raw.trace(trace.fileno())
            post_messages(posts)
            raw.untrace()
            trace.seek(0)
            lines = trace.read().splitlines()
        settled()
        return sum("\tExecute\t" in line or "\tQuery\t" in line for line in lines)

    posts = [
        Post(vera.conversation.pk, Sender.visitor(vera.visitor), elements.text("x"), f"q{n}")
        for n in range(2)
        for vera in veras
    ]
    one = [Post(veras[0].conversation.pk, Sender.visitor(veras[0].visitor), elements.text("x"), "single")]
    queries(one), queries([replace(posts[0], client_id="again")])  # statements are prepared now
    many = queries(posts)
    assert 5 <= queries([replace(posts[0], client_id="last")]) <= many + 1 and many <= 12


def test_one_refused_post_does_not_hurt_the_others():
    vera = Vera()
    alice = make_member("alice")
    good = Post(vera.conversation.pk, Sender.visitor(vera.visitor), elements.text("good"), "g")
    bad = Post(vera.conversation.pk, Sender.agent(alice), elements.text("not hers"), "b")
    refused, stored = post_messages([bad, good])
    assert isinstance(refused, Refused) and refused.code == errors.SESSION_OVER
    assert isinstance(stored, Stored)


def test_a_blocked_visitor_is_refused():
    vera = Vera()
    who = Sender.visitor(vera.visitor)
    Visitor.objects.filter(pk=vera.visitor.pk).update(blocked_at=timezone.now())
    result = post_messages([Post(vera.conversation.pk, who, elements.text("spam"), "s")])[0]
    assert isinstance(result, Refused)
    assert not Message.objects.filter(conversation=vera.conversation).exists()


def test_an_agent_of_another_session_cannot_speak():
    alice, bob = make_member("alice"), make_member("bob")
    sit_down(alice)
    vera = Vera()
    vera.serve(alice)
    assert isinstance(say(bob, vera, "hello", "b1"), Refused)
    assert isinstance(say(alice, vera, "hello", "a1"), Stored)
