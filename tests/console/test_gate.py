"""What stands before every page: for each route that there is, also for those yet to be written."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from console.app import build_console
from console.uploads import Uploads


@pytest.fixture
def addresses(backing):
    """(method, address) of every route but the login."""
    console = build_console(backing, Uploads(backing.knowledge, backing.now))
    routers = [included.original_router for included in console.routes if hasattr(included, "original_router")]
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    found = [
        (method, route.path.replace("{", "").replace("}", ""))
        for route in routes
        for method in route.methods
        if route.path != "/login"
    ]
    assert len(found) >= 9
    return found


async def test_without_a_session_every_page_is_the_login(come, addresses):
    for method, address in addresses:
        someone = come(follow=False)
        answered = await someone.client.request(method, f"/operator{address}")
        assert answered.status_code == 303, address
        assert answered.headers["location"].startswith("/operator/login"), address


async def test_a_form_without_the_sessions_token_is_refused_everywhere(olga, otto, addresses):
    foreign = (await otto.open("/knowledge")).form_token
    for address in [address for method, address in addresses if method != "GET"]:
        for token in ("", "forged", foreign):
            await olga.send(address, token=token)
            assert olga.page.status_code == 403, address
            assert "did not come from this page" in olga.text


async def test_a_viewer_reads_but_changes_nothing(victor, addresses):
    token = victor.form_token
    assert "your role is viewer" in (await victor.open("/knowledge")).text
    assert 'type="file"' not in victor.page.text
    for address in [address for method, address in addresses if method != "GET" and address != "/logout"]:
        await victor.send(address, token=token)
        assert victor.page.status_code == 403, address
        assert "You may look but change nothing" in victor.text


async def test_another_shop_is_not_there(olga, addresses):
    token = olga.form_token
    for method, address in addresses:
        answered = await olga.client.request(method, f"/operator{address}?tenant=lumen", data={"form_token": token})
        assert answered.status_code == 404, address
        assert "nothing that you may see" in answered.text


async def test_an_admin_chooses_the_shop_and_stays_with_it(ada):
    await ada.open("/knowledge")
    assert "of volta know" in ada.text
    await ada.open("/knowledge", tenant="lumen")
    assert "of lumen know" in ada.text
    assert "/operator/knowledge/proposals?tenant=lumen" in (await ada.open("/", tenant="lumen")).page.text


async def test_what_is_not_there_says_so(olga):
    await olga.open("/nowhere")
    assert olga.page.status_code == 404
    assert "There is nothing here" in olga.text


async def test_pages_are_not_kept_by_the_browser(olga):
    assert olga.page.headers["cache-control"] == "no-store"


async def test_no_page_holds_an_inline_script_or_style_or_anything_from_elsewhere(olga, come):
    pages = [await olga.open(address) for address in ("/", "/knowledge", "/knowledge/ask", "/knowledge/proposals")]
    for page in [one.page.text for one in pages] + [(await come().open("/login")).page.text]:
        assert "style=" not in page
        assert "<style" not in page
        assert "onclick" not in page
        assert page.count("<script") == page.count('<script src="/operator/static/')
        assert "://" not in page
