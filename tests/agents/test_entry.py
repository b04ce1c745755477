"""Who answers first."""

from __future__ import annotations

from agents.entry import EntryRoute
from agents.models.offline.reader import Reading
from agents.team import TEAM
from handoffs.model import Candidate


class Reads:
    """A reader that always says the same, and remembers what it was given."""

    def __init__(
        self, *, agent: str = "billing", score: float = 0.9, tool: str = "list_payments", chitchat: str | None = None,
        language: str = "en", in_scope: bool = True,
    ) -> None:  # fmt: skip
        self.asked: list[str] = []
        self._reading = Reading(
            tools=(Candidate(name=tool, score=score),),
            agents=(Candidate(name=agent, score=score),),
            topics=(Candidate(name="a_topic", score=score),),
            chitchat=chitchat,
            language=language,
            in_scope=in_scope,
            scope_score=0.9 if in_scope else 0.1,
            act="statement",
            negated=False,
            corrected="",
            rule="",
        )

    async def read(self, text: str) -> Reading:
        self.asked.append(text)
        return self._reading


async def test_a_matter_goes_to_its_agent_with_the_weighed_ones() -> None:
    routed = await EntryRoute(Reads(), TEAM).route("you charged me twice")
    assert (routed.agent, routed.rule) == ("billing", "matter:a_topic")
    assert routed.candidates == (Candidate(name="billing", score=0.9),)


async def test_doubt_small_talk_and_the_rest_go_to_the_default() -> None:
    doubtful = {
        "unsure": Reads(score=0.1),
        "chitchat": Reads(chitchat="greeting"),
        "out_of_scope": Reads(in_scope=False),
        "language:de": Reads(language="de"),
    }
    for rule, reads in doubtful.items():
        routed = await EntryRoute(reads, TEAM).route("hm")
        assert (routed.agent, routed.rule) == (TEAM.default, rule)


async def test_a_wish_for_a_person_is_named() -> None:
    routed = await EntryRoute(Reads(agent="support", tool="ask_for_person"), TEAM).route("a human please")
    assert (routed.agent, routed.rule) == ("support", "person")


async def test_the_first_of_two_requests_decides() -> None:
    reads = Reads()
    await EntryRoute(reads, TEAM).route("track my hub please and tell me if you have a mouse")
    assert reads.asked == ["track my hub please"]
