"""Help comes from long-term memory; the shop's own pages answer when memory is away, slow or knows nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from agents.shop.passages import Passage
from agents.shop.results.account import HelpArticles
from agents.shop.store import Shop
from agents.team import TEAM
from agents.tools.help import KNOWLEDGE_WITHIN_S, openings_first, search_help
from agents.tools.knowledge_in_memory import Known, ListedKnowledge
from agents.tools.toolbox import Toolbox
from handoffs.errors import Unavailable, UsageError
from handoffs.tool import Scope, ToolContext, ToolError, tool

UPLOADED = Passage("returns", "Returns at Christmas", "How long", "Gifts can be returned until 31 January.")


class Answer:
    """Help as a customer of volta gets it."""

    def __init__(self, shop: Shop, knowledge: ListedKnowledge | None, scope: Scope) -> None:
        self._toolbox = Toolbox(TEAM, shop, knowledge=knowledge)
        self._scope = scope

    async def to(self, query: str) -> HelpArticles:
        found = await self._toolbox.call(
            search_help,
            search_help.arguments.model_validate({"query": query}),
            scope=self._scope,
            conversation="c-1",
            key=None,
            now=datetime(2026, 11, 23, tzinfo=UTC),
        )
        assert isinstance(found, HelpArticles)
        return found


async def test_memory_answers_with_title_heading_and_source(shop: Shop, scope: Callable[[str], Scope]) -> None:
    found = await Answer(shop, ListedKnowledge({"volta": [UPLOADED]}), scope("ella")).to("returning gifts at christmas")
    best = found.articles[0]
    assert found.answered_by == "memory"
    assert (best.title, best.heading, best.source) == ("Returns at Christmas", "How long", "help_centre/returns.md")


async def test_what_another_shop_knows_is_not_found(shop: Shop, scope: Callable[[str], Scope]) -> None:
    found = await Answer(shop, ListedKnowledge({"lumen": [UPLOADED]}), scope("ella")).to("returning gifts at christmas")
    assert "Christmas" not in found.model_dump_json()


@pytest.mark.parametrize("why", ["empty", "away", "slow", "none"])
async def test_the_shops_own_pages_step_in(shop: Shop, scope: Callable[[str], Scope], why: str) -> None:
    knowledge = None if why == "none" else ListedKnowledge({}, silent=why == "slow")
    if knowledge is not None and why == "away":
        knowledge.failures.append(Unavailable("no memory"))
    found = await Answer(shop, knowledge, scope("ella")).to("what is your refund policy?")
    assert found.answered_by == "help pages"
    assert found.articles[0].title == "Refund policy"


@pytest.mark.parametrize(("opening", "first"), [(1.08, ""), (0.8, "What is not refunded")])
def test_an_opening_comes_before_its_other_passages_where_it_is_about_as_near(opening: float, first: str) -> None:
    found = [
        Known("Refund policy", "What is not refunded", "…", "refund-policy.md", 1.1),
        Known("Refund policy", "", "…", "refund-policy.md", opening),
        Known("Returns", "", "…", "returns.md", 0.9),
    ]
    assert openings_first(found)[0].heading == first


def test_a_hung_memory_leaves_the_tool_most_of_its_time() -> None:
    assert search_help.timeout_s >= 4 * KNOWLEDGE_WITHIN_S


@tool(effect="read", title="Reading the stars")
async def read_stars(ctx: ToolContext[list[str]]) -> ToolError:
    """Needs what no toolbox of the shop has."""
    return ToolError(code="never", message=str(ctx.deps), suggested_action="")


async def test_a_tool_that_needs_what_is_not_there_is_a_mistake_of_the_developer(
    shop: Shop, scope: Callable[[str], Scope]
) -> None:
    with pytest.raises(UsageError, match=r"read_stars.*annotate its ctx"):
        await Toolbox(TEAM, shop).call(
            read_stars, read_stars.arguments(), scope=scope("ella"), conversation="c", key=None,
            now=datetime(2026, 11, 23, tzinfo=UTC),
        )  # fmt: skip
