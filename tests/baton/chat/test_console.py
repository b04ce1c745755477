"""The operators' console beside the chat."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import httpx

OLGA = "olga@volta.example"


async def test_operators_find_their_console_behind_a_login_of_its_own(house):
    async with httpx.AsyncClient(base_url=house.url, follow_redirects=True) as browser:
        page = await browser.get("/operator", headers={"cookie": house.cookie(OLGA)})
        assert page.url.path == "/operator/login", "no cookie of the chat opens it"
        token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
        sent = {"form_token": token, "login": OLGA, "password": "swarm"}
        assert "Good to see you, Olga" in (await browser.post("/operator/login", data=sent)).text
    assert house.ask("GET", "/operator/static/console.css").headers["content-type"].startswith("text/css")


async def test_the_console_allows_no_inline_style_and_no_foreign_form(house):
    page = house.ask("GET", "/operator/login", headers={"x-forwarded-proto": "https"})
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert "Secure" in page.headers["set-cookie"]
    evil = house.ask("POST", "/operator/login", headers={"origin": "https://evil.example"}, data={"login": OLGA})
    assert evil.status_code == 403


def answer_to_headers(house, path, length):
    """The first line that is answered to a request before its body has come."""
    address = urlsplit(house.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        return line.recv(100).decode().partition("\r\n")[0]


async def test_only_uploads_may_be_large(house):
    assert " 413 " in answer_to_headers(house, "/operator/login", 70_000)
    assert " 303 " in answer_to_headers(house, "/operator/knowledge/uploads", 70_000), "to the login, unread"
    assert " 413 " in answer_to_headers(house, "/operator/knowledge/uploads", 41_000_000)
