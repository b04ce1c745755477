"""From the references to a fitted classifier: once, then from the cache."""

from __future__ import annotations

import asyncio
import hashlib
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from agents.models.offline.classifier import RECIPE, Classifier, Words
from agents.models.offline.examples import Topic, topics
from agents.models.offline.gist import gist, stems
from agents.models.offline.spelling import Speller
from handoffs.agent import Team

Floats = NDArray[np.float32]


class SentenceEmbedder(Protocol):
    """What reading needs of an embedder."""

    @property
    def model(self) -> str: ...

    async def embed(self, texts: Sequence[str]) -> Floats: ...

    async def vocabulary(self) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """All that reading one utterance needs beside its vector."""

    topics: Mapping[str, Topic]
    speller: Speller
    words: Words
    classifier: Classifier


async def fit(embedder: SentenceEmbedder, team: Team, cache_dir: Path | None) -> Fitted:
    """Fit to this team's references; what was fitted before is taken from ``cache_dir``."""
    known = topics(team)
    cores = [gist(line) for topic in known for line in topic.says]
    path = cache_dir / f"references-{_digest(embedder.model, known, cores)}.npz" if cache_dir else None
    classifier = await asyncio.to_thread(_kept, path, known) if path else None
    words = Words([stems(core) for core in cores])
    if classifier is None:
        vectors = await embedder.embed(cores)
        classifier = await asyncio.to_thread(_classifier, known, vectors, words.matrix([stems(core) for core in cores]))
        if path:
            await asyncio.to_thread(_keep, path, classifier)
    domain = {word.strip(",.?!") for topic in known if topic.in_scope for line in topic.says for word in line.split()}
    return Fitted(
        topics={topic.name: topic for topic in known},
        speller=Speller(known=await embedder.vocabulary(), domain={word.lower() for word in domain}),
        words=words,
        classifier=classifier,
    )


def _classifier(known: Sequence[Topic], vectors: Floats, words: Floats) -> Classifier:
    of_line = [topic for topic in known for _ in topic.says]
    return Classifier.fit(vectors, words, [topic.name for topic in of_line], [topic.in_scope for topic in of_line])


def _digest(model: str, known: Sequence[Topic], cores: Sequence[str]) -> str:
    digest = hashlib.blake2b(f"{model} {RECIPE}".encode(), digest_size=12)
    for topic in known:
        digest.update(f"{topic.name} {topic.in_scope} {len(topic.says)}\n".encode())
    digest.update("\n".join(cores).encode())
    return digest.hexdigest()


def _kept(path: Path, known: Sequence[Topic]) -> Classifier | None:
    try:
        with np.load(path) as kept:
            return Classifier(
                topics=tuple(topic.name for topic in known),
                inside=np.array([topic.in_scope for topic in known]),
                vectors=kept["vectors"],
                pull=kept["pull"],
                word_pull=kept["word_pull"],
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None  # not there, or half-written by an older program: fitted anew


def _keep(path: Path, classifier: Classifier) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        np.savez(file, vectors=classifier.vectors, pull=classifier.pull, word_pull=classifier.word_pull)
    unfinished.replace(path)
