"""What the help pages say, always with the page that it comes from."""

from __future__ import annotations

import re

from agents.models.offline import asking
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk, team_has
from agents.shop.results.account import HelpArticles

_QUERY_MOST = 200


def page(talk: Talk, task: Task) -> str:
    """What the help pages say to the question; silence is said to be silence."""
    said = cited(talk, re.sub(r"[^\w\s'-]", " ", task.text))
    if said is None:
        raise asking.offer_person(talk, "Our help pages say nothing on that")
    return said


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
