"""What stands in front of Chainlit's routes: who may ask what, and with which headers it is answered."""

from __future__ import annotations

import math
from contextlib import suppress
from uuid import uuid4

import httpx
import pytest
from starlette.responses import JSONResponse

from memory.errors import StoreUnavailable

ANNA, BEN, OLGA = "anna@volta.example", "ben@volta.example", "olga@volta.example"


async def conversation(house, client, cookie):
    """A conversation with one answer; its id and the id of the run that thumbs judge."""
    page = await client().open(cookie)
    await page.answered("hello")
    await page.hears("task_end")
    run = next(step for step in page.steps.values() if step["type"] == "run")
    return (await page.hears("first_interaction"))["thread_id"], run["id"]


def thumb(thread, run, value=1):
    return {"feedback": {"forId": run, "threadId": thread, "value": value, "comment": "kind"}, "sessionId": "x"}


async def test_a_thumb_is_kept_and_shown_and_taken_back(house, client):
    cookie = house.cookie(ANNA)
    thread, run = await conversation(house, client, cookie)
    given = house.ask("PUT", "/feedback", cookie, json=thumb(thread, run))
    assert given.json()["success"]
    page = await client().open(cookie, thread=thread)
    shown = next(step for step in (await page.hears("resume_thread"))["steps"] if step["id"] == run)
    assert (shown["feedback"]["value"], shown["feedback"]["comment"]) == (1, "kind")
    taken = house.ask("DELETE", "/feedback", cookie, json={"feedbackId": given.json()["feedbackId"]})
    assert taken.json()["success"]
    again = await client().open(cookie, thread=thread)
    assert all(not step.get("feedback") for step in (await again.hears("resume_thread"))["steps"])


async def test_nobody_judges_anothers_conversation(house, client):
    thread, run = await conversation(house, client, house.cookie(ANNA))
    stranger = house.cookie(BEN)
    assert house.ask("PUT", "/feedback", stranger, json=thumb(thread, run)).status_code == 404
    assert house.ask("DELETE", "/feedback", stranger, json={"feedbackId": f"{thread}.{run}"}).status_code == 404
    assert house.ask("PUT", "/feedback", json=thumb(thread, run)).status_code in (401, 404)


async def test_a_thumb_needs_an_answer_to_stand_on(house, client):
    cookie = house.cookie(ANNA)
    thread, _ = await conversation(house, client, cookie)
    assert house.ask("PUT", "/feedback", cookie, json=thumb(thread, str(uuid4()))).status_code == 404


async def test_the_sidebar_lists_the_own_conversations_newest_first(house, client):
    cookie = house.cookie("dev@volta.example")
    older, _ = await conversation(house, client, cookie)
    newer, _ = await conversation(house, client, cookie)

    def listed(who):
        asked = {"pagination": {"first": 20}, "filter": {}}
        return [thread["id"] for thread in house.ask("POST", "/project/threads", who, json=asked).json()["data"]]

    assert listed(cookie)[:2] == [newer, older]
    assert newer not in listed(house.cookie(BEN))
    renamed = house.ask("PUT", "/project/thread", cookie, json={"threadId": newer, "name": "My parcel"})
    assert renamed.status_code == 200
    assert house.ask("GET", f"/project/thread/{newer}", cookie).json()["name"] == "My parcel"
    assert house.ask("DELETE", "/project/thread", cookie, json={"threadId": newer}).status_code == 200
    assert newer not in listed(cookie)


async def test_nobody_reads_renames_or_removes_anothers_conversation(house, client):
    thread, _ = await conversation(house, client, house.cookie(ANNA))
    stranger = house.cookie(BEN)
    assert house.ask("GET", f"/project/thread/{thread}", stranger).status_code in (401, 404)
    assert house.ask("PUT", "/project/thread", stranger, json={"threadId": thread, "name": "x"}).status_code >= 400
    assert house.ask("DELETE", "/project/thread", stranger, json={"threadId": thread}).status_code >= 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/docs"),
        ("GET", "/redoc"),
        ("GET", "/openapi.json"),
        ("PUT", "/project/thread/share"),
        ("GET", "/project/share/c2a1c8f0-0000-4000-8000-000000000000"),
        ("POST", "/project/action"),
        ("PUT", "/project/element"),
        ("DELETE", "/project/element"),
        ("POST", "/project/file"),
        ("GET", "/project/file/x"),
        ("POST", "/mcp"),
        ("POST", "/auth/jwt"),
        ("GET", "/auth/oauth/github"),
        ("GET", "/copilot/index.js"),
        ("GET", "/anything/else"),
    ],
)
async def test_what_the_chat_does_not_need_is_not_there(house, method, path):
    assert house.ask(method, path, house.cookie(ANNA)).status_code == 404


async def test_only_the_cookie_is_a_login(house):
    token = house.cookie(ANNA).partition("=")[2]
    assert house.ask("GET", "/user", headers={"authorization": f"Bearer {token}"}).status_code == 401


async def test_a_companys_own_sign_on_is_off_unless_it_is_switched_on(house):
    vouching = {"x-baton-proxy-key": "", "x-baton-tenant": "volta", "x-baton-customer": "anna"}
    assert house.ask("POST", "/auth/header", headers=vouching).status_code == 400
    assert house.ask("GET", "/auth/config").json()["headerAuth"] is False


async def test_another_sites_page_gets_no_answer_it_could_read_and_changes_nothing(house):
    evil = {"origin": "https://evil.example"}
    read = house.ask("GET", "/user", house.cookie(ANNA), headers=evil)
    assert "access-control-allow-origin" not in read.headers
    assert house.ask("POST", "/logout", house.cookie(ANNA), headers=evil).status_code == 403
    own = {"origin": house.url}
    assert house.ask("POST", "/logout", house.cookie(ANNA), headers=own).status_code == 200


@pytest.mark.parametrize("path", ["/", "/user", "/docs", "/operator", "/healthz"])
async def test_every_answer_carries_the_security_headers(house, path):
    answered = house.ask("GET", path)
    policy = answered.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("style-src")[0], "no inline script but the shell's own"
    assert answered.headers["x-content-type-options"] == "nosniff"


async def test_the_cookie_stays_on_encrypted_connections_behind_tls(house):
    form = {"username": ANNA, "password": "swarm"}
    plain = house.ask("POST", "/login", data=form)
    sealed = house.ask("POST", "/login", data=form, headers={"x-forwarded-proto": "https"})
    assert "httponly" in plain.headers["set-cookie"].lower()
    assert "Secure" not in plain.headers["set-cookie"]
    assert "; Secure" in sealed.headers["set-cookie"]


async def test_the_page_fetches_nothing_from_elsewhere(house):
    shell = house.ask("GET", "/thread/c2a1c8f0-0000-4000-8000-000000000000").text
    assert "https://" not in shell


async def test_assets_are_packed_once_and_kept_for_ever(house):
    shell = house.ask("GET", "/").text
    script = shell.partition('src="/assets/')[2].partition('"')[0]
    answered = house.ask("GET", f"/assets/{script}", headers={"accept-encoding": "gzip"})
    assert answered.headers["content-encoding"] == "gzip"
    assert "immutable" in answered.headers["cache-control"]
    assert house.ask("GET", "/assets/..%2findex.html").status_code == 404
    assert house.ask("GET", "/public/..%2f..%2fpyproject.toml").status_code in (400, 404)


async def test_a_huge_body_is_refused(house):
    assert house.ask("POST", "/login", content=b"x" * 70_000).status_code == 413

    def endless():
        for _ in range(70):
            yield b"x" * 1_000

    with suppress(httpx.TransportError):  # hung up on, which will do
        assert house.ask("POST", "/login", content=endless()).status_code >= 400


async def test_a_wrong_password_is_refused_and_guessing_slowed_down(house):
    def tries(password, name=BEN):
        return house.ask("POST", "/login", data={"username": name, "password": password})

    assert {tries("swarm").status_code for _ in range(12)} == {200}, "only failures count"
    assert {tries(f"guess {number}").status_code for number in range(10)} == {401}
    for password in ("swarm", "guess 10"):
        refused = tries(password, f" {BEN.upper()}")
        assert refused.status_code == 429, "the eleventh try within a minute, right or wrong"
        assert "too many wrong passwords for this name" in refused.json()["detail"]
    assert tries("swarm", ANNA).status_code == 200


async def test_too_many_logins_from_one_address_are_told_so(house):
    form = {"username": "", "password": "guess"}
    refused = [house.ask("POST", "/login", data={**form, "username": f"nobody-{number}"}) for number in range(51)][-1]
    assert refused.status_code == 429
    assert "too many logins from your address" in refused.json()["detail"]


@pytest.mark.parametrize("path", ["/nowhere", "/thread/nonsense", "/docs"])
async def test_an_address_that_does_not_exist_shows_people_a_page_and_programs_a_sentence(house, path):
    page = house.ask("GET", path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here." in page.text
    assert '<a href="/">' in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert house.ask("GET", path).json() == {"detail": "There is nothing here."}


class Away:
    """A deny list whose store is away for its first ``times`` questions."""

    def __init__(self, times: float) -> None:
        self._times = times

    async def revoked(self, token_id: str) -> bool:
        self._times -= 1
        if self._times >= 0:
            raise StoreUnavailable("no Redis answers")
        return False


SHELLS = [
    "/",
    "/login",
    "/thread/c2a1c8f0-0000-4000-8000-000000000000",
    "/operator/login",
    "/auth/config",
    "/project/settings",
]


@pytest.mark.parametrize("path", SHELLS)
async def test_a_page_opens_while_the_store_is_away(house, path):
    cookie = house.cookie(ANNA)
    house.installation.deny = Away(math.inf)
    assert house.ask("GET", path, cookie).status_code == 200


async def test_a_store_that_is_away_for_a_moment_is_not_noticed(house):
    cookie = house.cookie(ANNA)
    house.installation.deny = Away(2)
    assert house.ask("GET", "/user", cookie).status_code == 200


async def test_a_store_that_stays_away_is_told_and_lets_nobody_in(house):
    from baton.web_guard import Guard  # noqa: PLC0415  Chainlit may be imported only once the house stands

    headers = {"cookie": house.cookie(ANNA)}
    house.installation.deny = Away(math.inf)
    guard = Guard(JSONResponse({"let": "in"}), house.installation, store_back_within_s=0.3)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url=house.url) as client:
        refused = await client.get("/user", headers=headers)
    assert refused.status_code == 503
    assert "store is away" in refused.json()["detail"]


async def test_a_login_while_the_store_is_away_gets_a_sentence(house):
    house.installation.deny = Away(math.inf)
    refused = house.ask("POST", "/login", data={"username": ANNA, "password": "swarm"})
    assert refused.status_code == 503
    assert "store is away" in refused.json()["detail"]


async def test_the_foot_of_the_chat_says_which_model_answers(house):
    words = house.ask("GET", "/project/translations?language=de-DE").json()["translation"]
    assert words["chat"]["watermark"] == "Answers come from a script."


async def test_health_says_alive_and_ready(house):
    assert house.ask("GET", "/healthz").json() == {"alive": True}
    assert house.ask("GET", "/readyz").json() == {"ready": True}
