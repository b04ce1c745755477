"""What words alone tell of an utterance: question, command or statement; and what must *not* be done."""

from __future__ import annotations

import re
from typing import Literal

Act = Literal["question", "command", "statement"]

VERBS = (
    "cancel|refund|return|send|resend|change|update|correct|fix|unlock|reset|close|delete|remove|order|buy|get|give|make"
    "|put|add|switch|sign|subscribe|unsubscribe|stop|start|open|track|show|find|check|list|tell|let|connect|transfer|pay"
    "|reimburse|replace|ship|deliver|remember|note|keep|call|compare|recommend|suggest|quote|use|set|take|swap|edit"
    "|modify|upgrade|help|forget|leave|mail|email|raise|report|file|exchange|refuse|undo|reverse|redo"
)
ASKING_WORDS = r"(?:what|when|where|why|who|which|how|whose)(?:'s|'re|'d)?"
_OPENERS = (
    r"^(?:(?:please|ok|okay|and|so|then|just|now|yes|hi|hello|hey|well|wait|alright|fine|good|cool|also|actually|no|but"
    r"|thanks|um|oh|hm+|great|sorry|anyway|ah|haha|lol|boo|ugh|in the meantime|meanwhile|quick question)\b[\s,.!:-]*)*"
)
_PERSON = r"(?:i|you|we|they|he|she)"
_SOMEBODY = r"(?:i|you|we|they|he|she|it|there|that|this|these|those)"
_ASKING = re.compile(
    rf"{_OPENERS}(?:{ASKING_WORDS}\b|(?:do|don't)\s+{_PERSON}\b|(?:does|did|doesn't|didn't|will|would|should|may|might)\s+{_SOMEBODY}\b"
    rf"|(?:is|are|was|were|has|have|had|am|isn't|aren't|hasn't|does|did|will|would|should)\s+"
    rf"(?:{_SOMEBODY}|my|your|the|any|some\w*|one|a|an)\b)",
    re.I,
)
_COMMAND = re.compile(rf"{_OPENERS}(?:{VERBS}|go ahead|do (?:it|that|this|the|so))\b", re.I)
_MODAL = re.compile(r"\b(?:can|could|would|will|may)\s+(?:you|i|we|it|the|my|this|that|someone|somebody)\b", re.I)
_MODAL_READ = re.compile(
    r"\b(?:can|could|may) (?:i|we) (?:still |even |also )?(?:see|know|check|use|find|ask|look|take|order from)\b", re.I
)
_CURIOUS = re.compile(
    r"\bjust (?:asking|curious|wondering|(?:want|wanted) to know)\b|\bnot now\b|\bonly asking\b"
    r"|\bwonder(?:ing)? (?:if|whether|how|when|what)\b|\bout of (?:interest|curiosity)\b"
    r"|\b(?:do you know|tell me|let me know|like to know|want to know|any idea)"
    r" (?:if|whether|how|when|what|where|which|why)\b",
    re.I,
)
_WANT = re.compile(
    r"\b(?:i|we)(?: would|'d| really| just| still)* (?:want|need|like|wish|demand|request|require|insist)\b"
    r"|\bplease\b|\bi'll take\b|\bgive me\b|\blet me\b",
    re.I,
)
_DO = (
    r"(?:cancel|refund|return|send|resend|change|update|close|delete|remove|order|buy|do|touch|stop|reset|unlock|replace"
    r"|ship|switch|start|place|book|charge|pay|make|unsubscribe|subscribe|sign)"
)
_NEGATED = re.compile(
    rf"\b(?:don'?t|do not|never|please not|not (?:to|going to)|shouldn'?t|without|instead of|rather not)\s+"
    r"(?:(?:you|dare|ever|please|actually|yet|want (?:you )?to|have to|need to|even|think of)\s+)*"
    rf"(?P<what>{_DO})(?:l?ing)?\b"
    r"|\b(?:don'?t|do not) (?:want|need) (?:a|any|the|my|your)"
    r" (?:refund|replacement|return|new one|money|person|quote)\b"
    r"|\bnever\s*mind\b|\bforget (?:it|about it|that)\b|\bno need\b|\brather not\b|\bdrop it\b"
    r"|\bleave (?:it|everything|that|things)\b(?! (?:at|with|on|in))|\bleave (?:it |everything )?as (?:it )?is\b"
    r"|\bkeep (?:it|the|my) (?:order|as is|as it is)\b|\bi changed my mind about (?:cancell?ing|returning|closing)\b",
    re.I,
)


_CLAUSE = re.compile(r"[,.;:!?]+\s+|\s+-+\s+")


def act_of(text: str) -> Act:
    """Whether the customer asks to know, asks to have done, or only tells; a later clause may say it."""
    whole = _act_of_clause(text.strip())
    if whole != "statement":
        return whole
    acts = {_act_of_clause(clause) for clause in _CLAUSE.split(text.strip()) if clause}
    return "command" if "command" in acts else "question" if "question" in acts else "statement"


def _act_of_clause(core: str) -> Act:
    if _CURIOUS.search(core):
        return "question"
    if _COMMAND.search(core):
        return "command"
    if _ASKING.search(core):
        return "question"
    if _MODAL.search(core):
        return "question" if _MODAL_READ.search(core) else "command"
    if core.endswith("?"):
        return "question"
    return "command" if _WANT.search(core) else "statement"


def is_negated(text: str) -> bool:
    """Whether the message says not to do something, or to drop it."""
    return bool(_NEGATED.search(text))


def negated_verbs(text: str) -> frozenset[str]:
    """The verbs that stand behind a "don't"."""
    return frozenset(match["what"].lower() for match in _NEGATED.finditer(text) if match["what"])
