"""What the README says is so: its commands exist, its rooms exist, its settings exist, its example agent works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from agents.team import AGENTS, team_of
from baton.cli import build
from baton.settings import variables
from handoffs.agent import Agent

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = sorted(set(re.findall(r"^baton ([a-z]+(?: [a-z]+)?)", README, re.MULTILINE)))
ROOMS = re.findall(r"^([a-z]+(?:/|\.py)) {2,}\S", README, re.MULTILINE)
TARGETS = re.findall(r"^make ([a-z]+)", README, re.MULTILINE)
MODULES = sorted(set(re.findall(r"python -m ([a-z_.]+)", README)))


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_of_the_readme_exists(words):
    command = get_command(build(words.split()[0]))
    for word in words.split():
        known = getattr(command, "commands", {})
        if not known:
            break  # an argument such as a conversation
        assert word in known, f"`baton {words}`: there are {sorted(known)}"
        command = known[word]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_the_tree_exists(room):
    assert (ROOT / room).exists()


def test_every_room_stands_in_the_tree():
    packages = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}
    assert packages <= set(ROOMS)


def test_every_setting_of_the_readme_exists():
    named = set(re.findall(r"`((?:BATON|OPENAI)_[A-Z_]+)`", README))
    assert named
    assert named <= set(variables())


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_of_make_exists(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_to_run_exists(module):
    path = ROOT / module.replace(".", "/")
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


def test_the_example_agent_joins_the_team():
    source = next(block for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL) if "WARRANTY" in block)
    names: dict[str, Agent] = {}
    exec(source, names)
    team = team_of((*AGENTS, names["WARRANTY"]), default="support")
    assert "warranty" in team["billing"].hands_to
    assert set(team["warranty"].hands_to) == {"billing", "support", "sales"}


def test_the_pictures_of_the_readme_are_there():
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).is_file(), picture
