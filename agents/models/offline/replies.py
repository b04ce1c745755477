"""Yes, no, or neither: what a reply says to an open question, and what else it says."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Verdict = Literal["yes", "weak", "no", "none"]

_FILL = r"(?:(?:oh|ah|ok|okay|well|alright|all right|hm+|mm+|so|then|and|fine|haha|ugh|good|great|cool|um|uh|now|please|yes|yeah|actually|just|but|wait|sorry|thanks|right|nah|no|lol|hey)\b[\s,.!:;-]*)*"
_YES = (
    r"(?:y+e+[sp]+s*|yse|yer|yea+h?|yup|yap|ya|yas|aye|sure(?: thing)?|of course|absolutely|definitely|certainly|indeed|exactly"
    r"|confirm(?:ed)?|i (?:do )?confirm|i agree|agreed|affirmative|correct|right|that'?s (?:right|correct|fine|ok|okay|it|the (?:right )?one)"
    r"|go (?:right )?ahead|go on|go for it|carry on|proceed|do (?:it|that|this|so)|please do|make it so|sounds (?:good|great|fine)"
    r"|i am sure|i'?m sure|perfect|y|let'?s do (?:it|that)|by all means|works for me|that works|why not|you (?:can|may) do (?:it|that)|ja|si|oui)"
)
_WEAK = r"(?:ok(?:ay)?|k+|alright|all right|fine|good|great|cool|well then|if you must|i guess(?: so)?)"
_DROP = (
    r"(?:never ?mind|nvm|not (?:now|yet|today|anymore|any more|necessary|needed)|forget (?:it|that|about (?:it|that)|the (?:whole|rest)\b.*)"
    r"|leave (?:it|that|this|everything|things|all|them)\b(?! to\b| at\b| with\b)|let it be|drop (?:it|that)|skip (?:it|that)|stop(?: it| that)?|abort"
    r"|scrap (?:it|that)|hold (?:on|off)|rather not|i'?d rather not|(?:i )?changed my mind|no need|no thanks|no thank you|cancel that"
    r"|do(?: not|n'?t)(?: (?:you )?(?:do|start|send|change|touch) (?:it|that|this|anything|any|yet)\b.*| bother| worry| want (?:it|that|this)(?: any ?more)?)?$"
    r"|keep (?:it|them|that|the order|my order|everything)\b|i'?ll (?:wait|think|keep|sleep)\b|i will (?:wait|think|keep)\b|let me think|maybe later|later maybe|another time)"
)
_NO = (
    rf"(?:{_DROP}|no+(?! (?:noise|need to ask|person|problem|worries|doubt|idea|scan|confirmation|money|one|order|matter))|nope|nah|naw|not really"
    r"|do(?: not|n'?t)(?: you)? (?:do|cancel|refund|return|send|change|order|buy|start|touch|close|place|unlock|reset|correct|want)\b)"
)
_YES_AT = re.compile(rf"^{_FILL}(?P<yes>{_YES})\b(?! (?:now i|to ask|but no))[\s,.!:;-]*", re.I)
_WEAK_AT = re.compile(rf"^(?P<weak>{_WEAK})\b[\s,.!:;-]*", re.I)
_NO_AT = re.compile(rf"^{_FILL}(?P<no>{_NO})(?![\w'])[\s,.!:;-]*", re.I)
_CLAUSE = re.compile(r"\s*(?:[,.;!?]+|\s-+\s|\bbut\b|\band\b|\bthen\b)\s*", re.I)
_LONE_YES = re.compile(rf"^{_FILL}{_YES}(?: (?:please|pls|plz|then|thanks|now|it|that|one|to that|with (?:it|that)))*$", re.I)
_LONE_DROP = re.compile(rf"^{_FILL}(?:on second thoughts? )?{_DROP}(?![\w'])(?: .*)?$", re.I)
_CONDITION = re.compile(r"\b(?:but|only if|if|unless|except|provided|as long as|on condition|first|before (?:that|you))\b(?P<what>.*)", re.I)
_PARTING = re.compile(r"\b(?:thanks?|thx|ty|cheers|bye|goodbye|see you|to know)\b", re.I)
_UNSURE = re.compile(r"\b(?:not|n't|isn'?t|wasn'?t) (?:so |really |quite |too )?(?:sure|right|correct|okay|fine)\b|\bsure\s*\?|\breally\s*\?", re.I)
_STANDING = re.compile(r"^\W*(?:(?:please|pls|plz|thanks|thank you|thx|ty|cheers|then|now|do|mate|sir|ok|okay|good|great|dear|so|much|a lot|for me|to that|that one|this one|the one|one|that|it|all|everything|both|indeed|of course|sure|definitely|absolutely|i am|i'?m|very|is|fine|the|with|with me|by me|go on|go ahead|yes|yeah|as you said|as said|exactly|correct|confirmed|right|immediately|asap|today|again|just|still)\b\W*)*$", re.I)


class Said(NamedTuple):
    """A reply. ``rest`` is what stands beside the yes or no; ``condition`` what follows a "but" or "only if"."""

    verdict: Verdict
    rest: str
    condition: str


def said(text: str) -> Said:
    """Read a reply. A no outweighs a yes; "I'm not sure" is neither."""
    core = text.strip()
    if _UNSURE.search(core):
        return Said("none", core, "")
    if (no := _NO_AT.match(core)) and not _yes_clause(core):
        return Said("no", _after_no(core, no), "")
    clauses = [clause for clause in _CLAUSE.split(core) if clause]
    if any(_LONE_DROP.match(clause) for clause in clauses) and not _yes_clause(clauses[-1]):
        return Said("no", "", "")
    if yes := _YES_AT.match(core):
        return _yes("yes", core[yes.end() :])
    if any(_LONE_YES.match(clause) for clause in clauses):
        return _yes("yes", " ".join(clause for clause in clauses if not _LONE_YES.match(clause)))
    if (weak := _WEAK_AT.match(core)) and not _PARTING.search(core):
        return _yes("weak", core[weak.end() :])
    return Said("none", core, "")


def _yes(verdict: Verdict, rest: str) -> Said:
    condition = _CONDITION.search(rest)
    return Said(verdict, rest.strip(), condition["what"].strip() if condition else "")


def _yes_clause(core: str) -> bool:
    """Whether a clause that is nothing but a yes stands in the text: "no wait, yes, do it"."""
    return any(_LONE_YES.match(clause) for clause in _CLAUSE.split(core) if clause)


def _after_no(core: str, no: re.Match[str]) -> str:
    rest = core[no.end() :]
    following = _NO_AT.match(rest)
    return _after_no(rest, following) if following else rest.strip()


def is_empty(rest: str) -> bool:
    """Whether nothing of weight stands beside the yes: "please", "that one", "thanks"."""
    return bool(_STANDING.match(rest))


_ONLY_THIS = re.compile(
    r"^(?:for )?(?:only|just)?\s*(?:for )?(?:this|that|the|one)?\s*(?:order|one|time|thing|once|this|that|it)?\b[\s,.]*(?:(?:and )?(?:not|don'?t|leave|without|no)\b.*)?$"
    r"|^(?:please )?(?:not|don'?t|do not|leave|keep)\b.*$|^(?:quick(?:ly)?|fast|hurry|asap|now|today|soon)\W*$|^(?:please )?(?:be )?(?:quick|fast)\W*$",
    re.I,
)


def is_limit(condition: str) -> bool:
    """Whether a condition only keeps the effect as small as it is: "only this order, not my account"."""
    return bool(_ONLY_THIS.match(condition.strip(" .,!")))


_ORDINALS = {"first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "latter": 1, "third": 2, "3rd": 2, "fourth": 3,
             "4th": 3, "fifth": 4, "5th": 4, "last": -1, "bottom": -1, "top": 0, "one": 0, "two": 1, "three": 2, "four": 3,
             "five": 4}  # fmt: skip
_ORDINAL = re.compile(r"\b(first|1st|former|second|2nd|latter|third|3rd|fourth|4th|fifth|5th|last|bottom|top)\b(?! (?:name|time|year|week|month|night|payment|charge))", re.I)
_NUMBERED = re.compile(r"^\W*(?:(?:the |yes |number |option |no\.? ?|nr\.? ?|#)\s*)*([1-5]|one|two|three|four|five)\b\W*(?:please|pls|then|one)?\W*$", re.I)


def ordinal(text: str) -> int | None:
    """Which of several is meant by its place: "the second one", "2", "the last"; -1 is the last."""
    if match := _NUMBERED.match(text):
        return int(match[1]) - 1 if match[1].isdigit() else _ORDINALS[match[1].lower()]
    match = _ORDINAL.search(text)
    return _ORDINALS[match[1].lower()] if match else None
