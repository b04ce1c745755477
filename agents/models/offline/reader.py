"""Reading one utterance offline: which tool and agent serve it, in scope or not, question or command."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.models.offline import lexical
from agents.models.offline.classifier import Classifier, Words
from agents.models.offline.examples import OUT_OF_SCOPE, Topic, topics
from agents.models.offline.languages import ENGLISH, language_of
from agents.models.offline.lexical import Act
from agents.models.offline.spelling import Speller
from handoffs.agent import Team
from handoffs.model import Candidate

Floats = NDArray[np.float32]
_BEST = 5
_IN_SCOPE = 0.5
_TOKEN = re.compile(r"[a-z]+")


class SentenceEmbedder(Protocol):
    """What the reader needs of an embedder."""

    async def embed(self, texts: Sequence[str]) -> Floats: ...

    async def vocabulary(self) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What one utterance says. Candidates best first, at most five; ``rule`` names what decided."""

    tools: tuple[Candidate, ...]
    agents: tuple[Candidate, ...]
    chitchat: str | None
    language: str
    in_scope: bool
    scope_score: float
    act: Act
    negated: bool
    corrected: str
    rule: str
    topics: tuple[Candidate, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Fitted:
    topics: dict[str, Topic]
    speller: Speller
    words: Words
    classifier: Classifier


class Reader:
    """Understands single utterances of one team's customers; fits itself to the references at first use.

    ``cache_dir`` keeps the vectors of the references between starts.
    """

    def __init__(self, embedder: SentenceEmbedder, team: Team, *, cache_dir: Path | None = None) -> None:
        self._embedder = embedder
        self._team = team
        self._cache_dir = cache_dir
        self._fitted: _Fitted | None = None
        self._fitting = asyncio.Lock()

    async def ready(self) -> None:
        """Fit, if that has not happened yet."""
        await self._fit()

    async def read(self, text: str) -> Reading:
        """Everything the utterance says by itself, without the dialogue around it."""
        fitted = await self._fit()
        language = language_of(text)
        corrected = fitted.speller.correct(text)
        act = lexical.act_of(corrected)
        negated = lexical.is_negated(corrected)
        core = lexical.gist(corrected)
        vector = (await self._embedder.embed([core or text]))[0]
        row = np.concatenate([vector, _WORD_SHARE * fitted.words.matrix([tokens(core)])[0]])
        chances = fitted.classifier.probabilities(row)
        scope = 1.0 - chances.get(OUT_OF_SCOPE, 0.0)
        best = max(chances, key=lambda name: chances[name])
        chitchat = fitted.topics[best].chitchat or None
        return Reading(
            tools=_tools(chances, fitted.topics),
            agents=_agents(chances, fitted.topics),
            chitchat=chitchat,
            language=language,
            in_scope=best != OUT_OF_SCOPE,
            scope_score=scope,
            act=act,
            negated=negated,
            corrected=corrected,
            rule="language" if language != ENGLISH else f"chitchat:{chitchat}" if chitchat else f"topic:{best}",
            topics=_top(chances),
        )

    async def _fit(self) -> _Fitted:
        async with self._fitting:
            if self._fitted is None:
                self._fitted = await self._new_fit()
            return self._fitted

    async def _new_fit(self) -> _Fitted:
        known = topics(self._team)
        says = [(topic.name, lexical.gist(line)) for topic in known for line in topic.says]
        domain = {word for topic in known if topic.name != OUT_OF_SCOPE for line in topic.says for word in tokens(line.lower())}
        vectors = await self._embedder.embed([core for _, core in says])
        words = Words([tokens(core) for _, core in says])
        rows = np.hstack([vectors, _WORD_SHARE * words.matrix([tokens(core) for _, core in says])])
        classifier = Classifier.fit(rows, [name for name, _ in says], ridge=0.5, sharpness=8.0)
        speller = Speller(known=await self._embedder.vocabulary(), domain=domain)
        return _Fitted(topics={topic.name: topic for topic in known}, speller=speller, words=words, classifier=classifier)


_WORD_SHARE = np.float32(0.6)


def split(text: str) -> tuple[str, ...]:
    """The requests of one message, in order; a simple sentence stays whole."""
    return lexical.clauses(text)


def tokens(text: str) -> list[str]:
    """The words of a text that carry meaning, cut to their stems and mapped to one of several like words."""
    return _TOKEN.findall(text.lower())


def _tools(chances: dict[str, float], known: dict[str, Topic]) -> tuple[Candidate, ...]:
    scores: defaultdict[str, float] = defaultdict(float)
    for name, chance in chances.items():
        for place, tool in enumerate(known[name].tools):
            scores[tool] += chance * (1.0, 0.5, 0.25, 0.2, 0.2)[min(place, 4)]
    return _top(scores)


def _agents(chances: dict[str, float], known: dict[str, Topic]) -> tuple[Candidate, ...]:
    scores: defaultdict[str, float] = defaultdict(float)
    for name, chance in chances.items():
        if known[name].agent:
            scores[known[name].agent] += chance
    return _top(scores)


def _top(scores: dict[str, float]) -> tuple[Candidate, ...]:
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:_BEST]
    return tuple(Candidate(name=name, score=round(min(score, 1.0), 4)) for name, score in ranked)
