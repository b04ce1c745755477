"""Reading one utterance offline: which tool and agent serve it, in scope or not, question or command."""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.models.offline.examples import Topic
from agents.models.offline.fitting import Fitted, SentenceEmbedder, fit
from agents.models.offline.gist import gist, stems
from agents.models.offline.languages import ENGLISH, language_of
from agents.models.offline.lean import leaned
from agents.models.offline.lexical import Act, act_of, is_negated, negated_verbs
from agents.models.offline.requests import split
from handoffs.agent import Team
from handoffs.model import Candidate

__all__ = ["Reader", "Reading", "SentenceEmbedder", "split"]

_BEST = 5
_SCOPE_EDGE = -0.05
_SCOPE_SLOPE = 4.0
_SECOND_CHOICE = (0.5, 0.25, 0.2)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one utterance says by itself. Candidates best first, at most five; ``rule`` names what decided.

    *Units*: ``scope_score`` 0..1, at least one half when in scope. ``topics`` are the rows of ``examples/*.toml``.
    """

    tools: tuple[Candidate, ...]
    agents: tuple[Candidate, ...]
    topics: tuple[Candidate, ...]
    chitchat: str | None
    language: str
    in_scope: bool
    scope_score: float
    act: Act
    negated: bool
    corrected: str
    rule: str


class Reader:
    """Understands single utterances of one team's customers; fits itself to the references at first use.

    ``cache_dir`` keeps what was fitted between starts.
    """

    def __init__(self, embedder: SentenceEmbedder, team: Team, *, cache_dir: Path | None = None) -> None:
        self._embedder = embedder
        self._team = team
        self._cache_dir = cache_dir
        self._fitted: Fitted | None = None
        self._fitting = asyncio.Lock()

    async def ready(self) -> None:
        """Fit to the references, if that has not happened yet."""
        await self._fit()

    async def read(self, text: str) -> Reading:
        """Everything the utterance says, without the dialogue around it."""
        fitted = self._fitted or await self._fit()
        corrected = fitted.speller.correct(text)
        core = gist(corrected)
        vector = (await self._embedder.embed([core]))[0]
        verdict = fitted.classifier.judge(vector, fitted.words.matrix([stems(core)])[0])
        act = act_of(corrected)
        scope = 1 / (1 + math.exp(-_SCOPE_SLOPE * (verdict.scope - _SCOPE_EDGE)))
        possible = {
            name: 0.0 if scope >= 0.5 > fitted.topics[name].in_scope else chance
            for name, chance in verdict.chances.items()
        }
        chances = leaned(possible, act=act, text=corrected, not_to=negated_verbs(corrected))
        topic, language = fitted.topics[max(chances, key=lambda name: chances[name])], language_of(text)
        return Reading(
            tools=_tools(chances, fitted.topics),
            agents=_agents(chances, fitted.topics),
            topics=_top(chances),
            chitchat=topic.chitchat or None,
            language=language,
            in_scope=scope >= 0.5,
            scope_score=round(scope, 4),
            act=act,
            negated=is_negated(corrected),
            corrected=corrected,
            rule=_rule(topic, language, scope),
        )

    async def _fit(self) -> Fitted:
        async with self._fitting:
            if self._fitted is None:
                self._fitted = await fit(self._embedder, self._team, self._cache_dir)
            return self._fitted


def _rule(topic: Topic, language: str, scope: float) -> str:
    if language != ENGLISH:
        return f"language:{language}"
    if scope < 0.5:
        return "out_of_scope"
    return f"chitchat:{topic.chitchat}" if topic.chitchat else f"topic:{topic.name}"


def _tools(chances: Mapping[str, float], known: Mapping[str, Topic]) -> tuple[Candidate, ...]:
    """A tool counts in full where it serves a topic best, and once, at its highest, where it is second choice."""
    first: defaultdict[str, float] = defaultdict(float)
    further: defaultdict[str, float] = defaultdict(float)
    for name, chance in chances.items():
        for place, tool in enumerate(known[name].tools):
            if place == 0:
                first[tool] += chance
            else:
                further[tool] = max(further[tool], chance * _SECOND_CHOICE[min(place, 3) - 1])
    return _top({tool: first[tool] + further[tool] for tool in first.keys() | further.keys()})


def _agents(chances: Mapping[str, float], known: Mapping[str, Topic]) -> tuple[Candidate, ...]:
    scores: defaultdict[str, float] = defaultdict(float)
    for name, chance in chances.items():
        if known[name].agent:
            scores[known[name].agent] += chance
    return _top(scores)


def _top(scores: Mapping[str, float]) -> tuple[Candidate, ...]:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:_BEST]
    return tuple(Candidate(name=name, score=round(min(score, 1.0), 4)) for name, score in ranked)
