"""Getting in and being put out, with open sockets: a running installation of either size."""

import re
import time

import pytest
from websockets.exceptions import ConnectionClosed

from tests.people import ADMIN, ALICE, AgentPerson, log_in, submit

SHOWN = re.compile(r'id="password" type="text" value="(\w{16})"')


def closed_with(person: AgentPerson, seconds: float = 20) -> int:
    """The code with which his socket is closed."""
    with pytest.raises(ConnectionClosed) as closed:
        person.listen(seconds)
    return closed.value.rcvd.code


@pytest.fixture
def carol(full):
    """An account as an admin adds it in the console, and its first password."""
    account, boss = f"carol-{time.time_ns()}@example.com", log_in(full, ADMIN)
    add = "/admin/accounts/member/add/"
    page = submit(boss, add, nickname="Carol", account=account, role="agent", staff_no="").text
    yield account, SHOWN.search(page)[1]
    full.python(
        f"from accounts.actions import delete_member as d; from accounts.models import Member as M; "
        f"d(M.objects.present().get(account={account!r}))"
    )


@pytest.mark.feature("W1", "W2", "W4", "W9")
def test_it_works(full, carol):
    """An address and an account are all that is needed."""
    account, first = carol
    client = log_in(full, account, first)
    change = "/accounts/password/change/"
    assert str(client.get("/workbench/").url).endswith(change)
    submit(client, change, oldpassword=first, password1="a long enough one", password2="a long enough one")
    client = log_in(full, account, "a long enough one")
    assert client.get("/workbench/").status_code == 200
    person = AgentPerson(full, account, client)
    assert person.snapshot["status"]["status"] == "free"
    person.go_home()


@pytest.mark.feature("W11", "M5")
def test_the_console_opens_the_workbench_without_another_login(full):
    client = log_in(full, ADMIN)
    link = re.search(r'href="(/workbench/)"', client.get("/admin/").text)[1]
    answer = client.get(link)
    assert answer.status_code == 200 and str(answer.url).endswith("/workbench/")
    person = AgentPerson(full, ADMIN, client)
    assert client.get("/admin/").status_code == 200, "and the console stays open"
    person.go_home()


def ends_of_other_logins(client) -> list[str]:
    return re.findall(r'action="(/accounts/security/logins/\d+/end/)"', client.get("/accounts/security/").text)


@pytest.mark.feature("T18", "A110")
def test_a_remote_logout_reaches_the_open_socket(house):
    """Promise 11: at once, there and only there."""
    here = log_in(house, ALICE)
    for left_over in ends_of_other_logins(here):
        submit(here, left_over, page="/accounts/security/")
    submit(here, "/accounts/logout/", "/workbench/")
    alice = AgentPerson(house, ALICE)
    alice.must("status.set", status="offline")
    elsewhere = log_in(house, ALICE)
    ends = ends_of_other_logins(elsewhere)
    assert len(ends) == 1
    began = time.monotonic()
    submit(elsewhere, ends[0], page="/accounts/security/")
    assert closed_with(alice) == 4401
    assert time.monotonic() - began < 15
    assert "/accounts/login/" in str(alice.http.get("/workbench/").url)
    assert elsewhere.get("/workbench/records/").status_code == 200


def test_a_duty_reaches_the_open_socket(full):
    alice = AgentPerson(full, ALICE)
    alice.must("status.set", status="offline")
    boss, page = log_in(full, ADMIN), "/admin/accounts/loginrules/"
    try:
        submit(boss, page, agents_need_second_factor="on")
        assert closed_with(alice) == 4401
        assert str(alice.http.get("/workbench/").url).endswith("/accounts/2fa/activate/")
        assert "/accounts/2fa/activate/" in str(log_in(full, ALICE).get("/workbench/").url)
    finally:
        submit(boss, page)
    assert str(alice.http.get("/workbench/records/").url).endswith("/workbench/records/"), "no duty any more"
