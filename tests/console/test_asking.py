"""Test questions, and proposals that wait for a yes."""

from __future__ import annotations

import pytest

from memory.longterm.item import CustomerScope, Note

ANNA = CustomerScope(tenant="volta", customer="anna")


def note(kind, text, clock, **more):
    return Note(kind=kind, text=text, said_at=clock(), source="conversation/1", place=text, **more)


@pytest.fixture
async def remembered(backing, clock):
    """What is known of Anna and of nobody else."""
    library = backing.knowledge.library
    await library.write(
        ANNA, [note("preference", "Anna wants invoices as CSV files", clock, key="format")], now=clock()
    )
    return library


async def test_a_customers_own_memories_are_shown_only_for_them_and_that_is_written_down(olga, remembered, backing):
    await olga.open("/knowledge/ask", q="invoices as CSV files")
    assert "Anna wants" not in olga.text
    assert backing.audit.entries[-1].what == "login", "the shop's own knowledge is nobody's secret"
    await olga.open("/knowledge/ask", q="invoices as CSV files", customer="anna@volta.example")
    assert "Anna wants invoices as CSV files" in olga.text
    assert "this customer's own" in olga.text
    assert (backing.audit.entries[-1].what, backing.audit.entries[-1].customer) == ("memory.ask", "anna")
    assert "CSV" not in backing.audit.entries[-1].detail


async def test_a_customer_of_another_shop_is_not_found(otto, remembered, backing):
    await otto.open("/knowledge/ask", q="invoices as CSV files", customer="anna@volta.example")
    assert "There is no such customer in this shop" in otto.text
    assert "Anna wants" not in otto.text
    assert backing.audit.entries[-1].what == "login"


async def test_each_stages_score_is_shown_and_why_something_was_not_recalled(olga):
    article = b"".join(b"# Refund %d\n\nA refund takes %d days by way %d.\n\n" % (n, n, n) for n in range(12))
    await (await olga.upload(("refunds.md", article))).load()
    await olga.open("/knowledge/ask", q="How many days does a refund take?")
    for column in ("Meaning", "Words", "Both", "Neighbour", "Closer look", "Freshness", "Score", "Why not"):
        assert column in olga.text
    assert "Would not, and why" in olga.text


async def test_an_unrelated_question_recalls_nothing_and_says_what_helps(olga):
    await olga.open("/knowledge/ask", q="weather tomorrow")
    assert "no memory is near enough to this question" in olga.text


async def test_the_form_alone_asks_nothing(olga):
    await olga.open("/knowledge/ask")
    assert olga.page.status_code == 200
    assert "Would be recalled" not in olga.text


@pytest.fixture
async def proposed(backing, clock):
    library = backing.knowledge.library
    fix = note("resolution", "A frozen hub works again after 10 seconds without power", clock)
    await library.write(ANNA, [fix], now=clock())


async def test_a_proposal_is_used_after_a_yes_and_only_then(olga, proposed, backing):
    question = "my hub is frozen, it works no more"
    await olga.open("/knowledge/ask", q=question)
    assert "frozen hub works again" not in olga.text
    await olga.open("/knowledge/proposals")
    assert "A frozen hub works again" in olga.text
    proposal = olga.page.text.partition('action="/operator/knowledge/proposals/')[2].partition('"')[0]
    await olga.send(f"/knowledge/proposals/{proposal}", data={"decision": "accept"})
    assert "Accepted: agents may use it from now on." in olga.text
    assert "None waits for a decision." in olga.text
    await olga.open("/knowledge/ask", q=question)
    assert "frozen hub works again" in olga.text
    await olga.send(
        f"/knowledge/proposals/{proposal}", data={"decision": "reject"}, token=(await olga.open("/")).form_token
    )
    assert "It was decided already." in olga.text
    assert backing.audit.entries[1].what == "resolution.accept"


async def test_a_rejected_proposal_is_never_used(olga, proposed):
    await olga.open("/knowledge/proposals")
    proposal = olga.page.text.partition('action="/operator/knowledge/proposals/')[2].partition('"')[0]
    await olga.send(f"/knowledge/proposals/{proposal}", data={"decision": "reject"})
    assert "Rejected: nobody will use it." in olga.text
    await olga.open("/knowledge/ask", q="my hub is frozen, it works no more")
    assert "frozen hub works again" not in olga.text


async def test_a_viewer_reads_proposals_without_buttons(victor, proposed):
    await victor.open("/knowledge/proposals")
    assert "A frozen hub works again" in victor.text
    assert 'value="accept"' not in victor.page.text


async def test_another_shops_proposal_cannot_be_decided(olga, otto, proposed, backing):
    await olga.open("/knowledge/proposals")
    proposal = olga.page.text.partition('action="/operator/knowledge/proposals/')[2].partition('"')[0]
    await otto.send(f"/knowledge/proposals/{proposal}", data={"decision": "accept"})
    assert "It was decided already." in otto.text
    assert [one.status for one in await backing.proposals.waiting("volta")] == ["proposed"]
