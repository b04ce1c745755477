"""A console whose long-term memory does not answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from memory.errors import StoreUnavailable

SENTENCE = "Qdrant does not answer: try again in a minute"


class Away:
    """Long-term memory that refuses every call, or breaks in a way that nobody foresaw."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        async def away(*_, **__):
            raise self._error

        return away


@pytest.fixture
def error():
    return StoreUnavailable(SENTENCE)


@pytest.fixture
def backing(backing, error):
    return replace(backing, knowledge=Away(error))


async def test_a_page_says_so_and_the_others_go_on(olga):
    await olga.open("/knowledge")
    assert olga.page.status_code == 503
    assert SENTENCE in olga.text
    assert (await olga.open("/")).page.status_code == 200


async def test_nobody_is_let_in_while_nobody_can_say_who_was_logged_out(olga, backing):
    backing.deny.revoked = Away(StoreUnavailable("no Redis answers")).revoked
    await olga.open("/")
    assert olga.page.status_code == 503
    assert "Good to see you" not in olga.text
    assert "no Redis answers" in olga.text


@pytest.mark.parametrize("error", [RuntimeError("secret details")])
async def test_what_nobody_foresaw_is_a_plain_sentence(olga):
    await olga.open("/knowledge")
    assert olga.page.status_code == 500
    assert "Something went wrong on our side" in olga.text
    assert "secret details" not in olga.page.text


@pytest.mark.parametrize(
    ("error", "said"),
    [(StoreUnavailable(SENTENCE), SENTENCE), (RuntimeError("secret details"), "Something went wrong on our side")],
)
async def test_an_upload_that_fails_says_what_to_do(olga, said):
    await olga.open("/knowledge/proposals")
    form = (await olga.open("/")).form_token
    await olga.send("/knowledge/uploads", token=form, files=[("files", ("a.md", b"# A\n\ntext"))])
    assert said in olga.text
    assert "Upload again" in olga.text
    assert "secret details" not in olga.page.text
