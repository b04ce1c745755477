"""Our own suite of memory dialogues: told once, used in a later conversation; corrected, taken back, forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.models.offline.reader import Reader
from evals.local import TurnResult
from evals.memory_dialogues import Holds, Stage, Story, faults_of, stories
from memory.longterm.embed import Embedder
from memory.longterm.encode import ModelEncoder


@pytest.fixture(scope="session")
def stage(reader: Reader, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The shop and the help centre, filled once."""
    stage = Stage(tmp_path_factory.mktemp("stories"), reader, ModelEncoder(embedder))
    asyncio.run(stage.fill())
    return stage


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.id)
async def test_every_expectation_of_the_story_holds(stage: Stage, story: Story) -> None:
    told = await stage.play(story)
    assert not told.faults, f"{told.faults}\n{told.transcript}"


def test_the_suite_covers_what_memory_is_for() -> None:
    abilities = {ability for story in stories() for ability in story.ability}
    assert {"preference", "correction", "forgetting", "lifetimes", "isolation", "recall", "citation"} <= abilities


def test_a_broken_expectation_is_found() -> None:
    said = TurnResult(agent="sales", text="Within your budget of 150.00.", events=())
    expected = Holds(agent="billing", effects=[{"refund": {}}], says_any=["200.00"], never_says=("budget",))
    assert len(faults_of(expected, said, [])) == 4
    assert faults_of(Holds(agent=["sales", "support"], says_any=["150.00"]), said, []) == []


def test_the_stories_are_files_that_ship(tmp_path: Path) -> None:
    broken = tmp_path / "stories.yaml"
    broken.write_text("- {id: x, ability: [], customer: a, conversations: [{turn: []}]}")
    with pytest.raises(ValueError, match="turns"):
        stories(broken)
