"""What the help pages say, always with the page that it comes from."""

from __future__ import annotations

import re

from agents.models.offline import asking
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk, team_has
from agents.shop.passages import unwrapped
from agents.shop.results.account import HelpArticles
from memory.longterm.sparse import words

_QUERY_MOST = 200
_ASKED_LEAST = 2
_SHARED = ("knowledge", "resolution")
_OWN = re.compile(r"\b(?:my|mine|our|ours)\b|\b[A-Z]-\w*\d", re.IGNORECASE)


def page(talk: Talk, task: Task) -> str:
    """What the help pages say to the question; silence is said to be silence."""
    said = cited(talk, re.sub(r"[^\w\s'-]", " ", task.text))
    if said is None:
        raise asking.offer_person(talk, "Our help pages say nothing on that")
    return said


def known(talk: Talk, task: Task, *, covers: float = 1.0) -> str | None:
    """What the shop's knowledge that was recalled for this turn says, with its page, where it holds at least that share
    of the words that were asked about; None for what is about the customer's own things, which tools know."""
    asked = set(words(task.text))
    if task.act != "question" or len(asked) < _ASKED_LEAST or _OWN.search(task.text):
        return None
    for memory in talk.scene.recalled:
        if memory.kind in _SHARED and len(asked & set(words(f"{memory.title} {memory.text}"))) >= covers * len(asked):
            page = memory.title.partition(" > ")[0]
            text = unwrapped(memory.text)
            return f"{text.removesuffix('.')} (from our help page “{page}”)." if page else text
    return None


def cited(talk: Talk, query: str) -> str | None:
    """The passage that fits best with the name of its page, or None where the help says nothing."""
    query = " ".join(query.split())[:_QUERY_MOST]
    if len(query) < 2 or not team_has(talk, "search_help"):
        return None
    articles = talk.must(HelpArticles, "search_help", query=query).articles
    if not articles:
        return None
    best = articles[0]
    return f"{best.body.removesuffix('.')} (from our help page “{best.title}”)."
