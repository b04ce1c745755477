"""Coming in and leaving."""

from __future__ import annotations

import pytest

from console.gate import own_page
from console.sessions import COOKIE


async def test_an_operator_comes_in_and_sees_their_shop(olga):
    assert olga.path == "/operator/"
    assert "Good to see you, Olga" in olga.text
    assert "operator of volta" in olga.text


async def test_a_wrong_password_is_told_and_guessing_slowed_down(come):
    someone = come()
    for _ in range(3):
        await someone.log_in("olga@volta.example", "guess")
        assert someone.page.status_code == 401
        assert "Please check e-mail address and password." in someone.text
    await someone.log_in("olga@volta.example")
    assert someone.page.status_code == 429
    assert "please wait" in someone.text


async def test_a_link_without_a_session_opens_the_login_and_comes_back(come):
    someone = await come().open("/knowledge/ask", q="refund & returns", customer="anna@volta.example")
    assert someone.path == "/operator/login"
    wanted = someone.page.url.params["next"]
    await someone.log_in("olga@volta.example", to=wanted)
    assert someone.path == "/operator/knowledge/ask"
    assert someone.page.url.params["q"] == "refund & returns"


async def test_a_slip_of_the_finger_does_not_lose_the_way(come):
    someone = await come().log_in("olga@volta.example", "swrm", to="/operator/knowledge/proposals")
    assert 'name="next" value="/operator/knowledge/proposals"' in someone.page.text
    assert 'value="olga@volta.example"' in someone.page.text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/operator/",
        "/operator/../logout",
        "/operator//evil.example",
        "/operator\\evil",
        "javascript:alert(1)",
        "/operator/\nSet-Cookie: a=b",
        "/",
        "",
    ],
)
async def test_a_login_leads_to_no_other_place(come, elsewhere):
    assert own_page(elsewhere) == "/operator/"
    someone = come(follow=False)
    await someone.log_in("olga@volta.example", to=elsewhere)
    assert someone.page.headers["location"] == "/operator/"
    await someone.open("/login", next=elsewhere)
    assert someone.page.headers["location"] == "/operator/", "also for whoever is logged in already"


async def test_a_login_from_another_sites_form_is_refused(come):
    someone = await come().open("/login")
    await someone.send("/login", token="forged", data={"login": "olga@volta.example", "password": "swarm"})
    assert someone.page.status_code == 403
    assert "did not come from this page" in someone.text
    stranger = come()
    stranger.page = someone.page
    await stranger.send("/login", data={"login": "olga@volta.example", "password": "swarm"})
    assert stranger.page.status_code == 403, "a token fits only the session it was made for"


async def test_after_logout_a_copy_of_the_cookie_is_worth_nothing(olga, come):
    thief, cookie = come(), olga.client.cookies[COOKIE]
    thief.client.cookies.set(COOKIE, cookie, path="/operator")
    assert (await thief.open("/knowledge")).path == "/operator/knowledge"
    await olga.send("/logout")
    assert olga.path == "/operator/login"
    assert olga.client.cookies[COOKIE] != cookie
    assert (await thief.open("/knowledge")).path == "/operator/login"


async def test_a_session_runs_out(olga, clock):
    clock.pass_by(seconds=3599)
    assert (await olga.open("/knowledge")).path == "/operator/knowledge"
    clock.pass_by(seconds=2)
    assert (await olga.open("/knowledge")).path == "/operator/login"


async def test_a_cookie_that_was_changed_is_no_session(olga, come):
    packed, _, signature = olga.client.cookies[COOKIE].partition(".")
    other = await come().log_in("ada@baton.example")
    forged = [
        f"{packed}.",
        packed,
        f"{packed}.{signature[:-1]}0",
        other.client.cookies[COOKIE].split(".")[0],
        "",
        "é.é",
    ]
    forged[3] += f".{signature}"
    for cookie in forged:
        someone = come()
        someone.client.cookies.clear()
        header = {"cookie": f"{COOKIE}={cookie}".encode()}
        answered = await someone.client.get("/operator/knowledge", headers=header)
        assert answered.url.path == "/operator/login", cookie


async def test_a_session_planted_before_the_login_is_another_after_it(come):
    someone = await come().open("/login")
    before = someone.client.cookies[COOKIE]
    await someone.log_in("olga@volta.example")
    assert someone.client.cookies[COOKIE] != before
    someone.client.cookies.clear()
    someone.client.cookies.set(COOKIE, before, path="/operator")
    assert (await someone.open("/knowledge")).path == "/operator/login"


async def test_the_cookie_is_for_the_console_alone_and_out_of_scripts_reach(come):
    someone = come(follow=False)
    await someone.log_in("olga@volta.example")
    flags = someone.page.headers["set-cookie"].lower()
    for flag in ("httponly", "samesite=lax", "path=/operator", "expires="):
        assert flag in flags


async def test_who_is_no_longer_staff_is_out_at_once(olga, backing):
    backing.staff.dismiss("olga@volta.example")
    assert (await olga.open("/knowledge")).path == "/operator/login"


async def test_coming_and_going_is_written_down(olga, backing):
    await olga.send("/logout")
    assert [(entry.who, entry.what) for entry in backing.audit.entries] == [
        ("olga@volta.example", "login"),
        ("olga@volta.example", "logout"),
    ]
