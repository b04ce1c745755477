"""Yes, no, or neither: what a reply says to an open question, and what else it says."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from agents.models.offline.patterns import any_of, one_of

Verdict = Literal["yes", "weak", "no", "none"]

_WORDS_BEFORE = one_of(
    r"oh|ah|ok|okay|well|alright|all right|hm+|mm+|so|then|and|fine|haha|ugh|good|great|cool|um|uh|now|please|yes|yeah",
    r"actually|just|but|wait|sorry|thanks|right|nah|no|lol|hey",
)
_FILL = rf"(?:{_WORDS_BEFORE}\b[\s,.!:;-]*)*"
# A yes that is also an ordinary word: with anything else beside it, it may mean something else.
_SOFT = one_of(
    r"right|correct|exactly|perfect|sure(?: thing)?|indeed|sounds (?:good|great|fine)|works for me|that works",
    r"that'?s (?:right|correct|fine|ok|okay|the (?:right )?one)|of course|go on|do (?:it|that|this|so)",
)
_YES = one_of(
    _SOFT,
    r"y+e+[spz]+s*|yse|yer|yea+h?|yup|yap|ya|yas|ye|yh|ys|aye|y|ja|si|oui",
    r"absolutely|definitely|certainly|by all means",
    r"confirm(?:ed)?|i (?:do )?confirm|i agree|agreed|affirmative|i am sure|i'?m sure",
    r"go (?:right )?ahead|go for it|carry on|proceed",
    r"please do|make it so|let'?s do (?:it|that)|you (?:can|may) do (?:it|that)",
)
_ALONE = one_of(
    r"(?:she|he|they|my \w+) (?:says?|said) (?:yes|ok(?:ay)?|go ahead)",
    r"please|pls|plz|go|i do|(?:that'?s |that is )?(?:just |exactly )?what i (?:want|need|meant)",
    r"that would be (?:great|lovely|good|nice|perfect|fine)",
)
_WEAK = one_of(r"ok(?:ay)?|k+|alright|all right|fine|good|great|cool|well then|if you must|i guess(?: so)?")
_DROP = one_of(
    r"never ?mind|nvm|let it be|abort|no need|no thanks|no thank you|cancel that",
    r"not (?:now|yet|today|anymore|any more|necessary|needed)",
    r"forget (?:it|that|about (?:it|that)|the (?:whole|rest)\b.*)",
    r"leave (?:it|that|this|everything|things|all|them)\b(?! to\b| at\b| with\b)",
    r"(?:drop|skip|scrap) (?:it|that)|stop(?: it| that)?|hold (?:on|off)",
    r"rather not|i'?d rather not|(?:i )?changed my mind",
    r"i (?:do not|don'?t|no longer) (?:want|need) (?:it|that|this|them|one)\b(?! to\b)(?:(?! but\b).)*",
    r"do(?: not|n'?t) (?:you )?(?:do|start|send|change|touch) (?:it|that|this|anything|any|yet)\b.*$",
    r"do(?: not|n'?t)(?: bother| worry| want (?:it|that|this)(?: any ?more)?)?$",
    r"keep (?:it|them|that|the order|my order|everything)\b",
    r"i'?ll (?:wait|think|keep|sleep)\b|i will (?:wait|think|keep)\b|let me think|maybe later|later maybe|another time",
)
_NO = one_of(
    _DROP,
    r"no+(?! (?:noise|need to ask|person|problem|worries|doubt|idea|scan|confirmation|money|one|order|matter))",
    r"nope|nah|naw|not really",
    r"do(?: not|n'?t)(?: you)? (?:do|cancel|refund|return|send|change|order|buy|start|touch|close|place|want)\b",
    r"do(?: not|n'?t)(?: you)? (?:unlock|reset|correct)\b",
)
_SOFT_AT = re.compile(rf"^{_FILL}{_SOFT}\b", re.I)
_YES_AT = re.compile(rf"^{_FILL}(?P<yes>{_YES})\b(?! (?:now i\b|to ask|but no))[\s,.!:;-]*", re.I)
_PLAIN_YES_AT = re.compile(r"^(?:so |and |but )*(?:yes|yeah|yep|yup)\b(?! or\b)[\s,.!:;-]*", re.I)
_WEAK_AT = re.compile(rf"^(?P<weak>{_WEAK})\b[\s,.!:;-]*", re.I)
_NO_AT = re.compile(rf"^{_FILL}(?P<no>{_NO})(?![\w'])[\s,.!:;-]*", re.I)
_CLAUSE = re.compile(r"\s*(?:[,.;!?]+|\s-+\s|\bbut\b|\band\b|\bthen\b)\s*", re.I)
_LONE_YES = re.compile(
    rf"^{_FILL}(?:{_YES}|{_ALONE})(?: (?:please|pls|plz|then|thanks|now|it|that|one|to that|with (?:it|that)))*$", re.I
)
_LONE_DROP = re.compile(rf"^{_FILL}(?:on second thoughts? )?{_DROP}(?![\w'])(?: .*)?$", re.I)
_CONDITION = re.compile(
    r"\b(?:but|only if|if|unless|except|provided|as long as|on condition|first|tomorrow|later|tonight|next week"
    r"|before (?:that|you))\b(?P<what>.*)",
    re.I,
)
_PARTING = re.compile(r"\b(?:thanks?|thx|ty|cheers|bye|goodbye|see you|to know)\b", re.I)
# What takes a yes back: "absolutely not", "yes or no?", "yes... no", "yes, how much is it?", "yeah right".
_DOUBT = any_of(
    rf"^{_FILL}{_YES}\W+(?:not|never|no)\b(?! (?:need|problem|worries|doubt|rush))",
    rf"^{_FILL}{_YES},? (?:what|when|where|why|how|which|who)\b(?! i\b)",
    rf"^(?:\w+ ){{0,2}}{_YES}\W*\?\W*$",
    r"\bor n(?:o|ot)\b|\b(?:maybe|perhaps|tho|though)\b|\bwhen hell\b|^yeah,? right\W*$",
)
_AGREES_TO_FACT = any_of(
    r"^i (?:know|see|understand|heard|noticed|guess|think|did|have|am|was)\b",
    r"^(?:it|that|this|he|she)(?: is|'s| was) (?:my|the|a)\b",
    r"^the (?:\w+ ){1,3}(?:is|was|has|are)\b",
)
_GOES_WITH = any_of(
    r"^(?:and )?the \w+ (?:too|as well|also)\b",
    r"^(?:with|for) (?:it|that|the|my)\b",
    r"^(?:it|that) (?:anyway|now|please)\b",
    r"^anyway\b",
)
_UNSURE = any_of(
    r"\b(?:not|n't|isn'?t|wasn'?t) (?:so |really |quite |too )?(?:sure|right|correct|okay|fine)\b",
    r"\bsure\s*\?",
    r"\breally\s*\?",
)
_WORDS_BESIDE = one_of(
    r"please|pls|plz|thanks|thank you|thx|ty|cheers|then|now|do|mate|sir|ok|okay|good|great|dear|so|much|a lot|for me",
    r"to that|that one|this one|the one|one|that|it|all|everything|both|indeed|of course|sure|definitely|absolutely",
    r"i am|i'?m|very|is|fine|the|with|with me|by me|go on|go ahead|yes|yeah|as you said|as said|exactly|correct",
    r"confirmed|right|immediately|asap|today|again|just|still",
)
_STANDING = any_of(rf"^\W*(?:{_WORDS_BESIDE}\b\W*)*$")


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
        rest = core[yes.end() :]
        return Said("none", core, "") if _DOUBT.search(core) else _yes(_strength(core, rest), rest)
    if _DOUBT.search(core):
        return Said("none", core, "")
    if any(_LONE_YES.match(clause) for clause in clauses):
        return _yes("yes", " ".join(clause for clause in clauses if not _LONE_YES.match(clause)))
    if len(clauses) > 1 and (yes := _PLAIN_YES_AT.match(clauses[-1])):
        return _yes("yes", clauses[-1][yes.end() :])
    if (weak := _WEAK_AT.match(core)) and not _PARTING.search(core):
        return _yes("weak", core[weak.end() :])
    return Said("none", core, "")


def _strength(core: str, rest: str) -> Verdict:
    """How much the yes at the start is worth: less where it is also an ordinary word, or only agrees to a fact."""
    if is_empty(rest) or _yes_clause(rest):
        return "yes"
    if _AGREES_TO_FACT.match(rest):
        return "weak"
    return "weak" if _SOFT_AT.match(core) and not _GOES_WITH.match(rest) else "yes"


def _yes(verdict: Verdict, rest: str) -> Said:
    condition = _CONDITION.search(rest)
    return Said(verdict, rest.strip(), (condition["what"].strip() or condition[0]) if condition else "")


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


_FORBIDS = r"(?:not|don'?t|do not|leave|without|keep|no)\b.*"
_ONLY_THIS = any_of(
    r"^(?:for )?(?:only|just)?\s*(?:for )?(?:this|that|the|one)?\s*(?:order|one|time|thing|once|this|that|it)?\b"
    rf"[\s,.]*(?:(?:and )?{_FORBIDS})?$",
    rf"^(?:please )?{_FORBIDS}$",
    r"^(?:please )?(?:be )?(?:quick(?:ly)?|fast|hurry|asap|now|today|soon)\W*$",
)


def is_limit(condition: str) -> bool:
    """Whether a condition only keeps the effect as small as it is: "only this order, not my account"."""
    return bool(_ONLY_THIS.match(condition.strip(" .,!")))


_ORDINALS = {
    word: place
    for place, names in (
        (0, "first 1st former top one"),
        (1, "second 2nd latter two"),
        (2, "third 3rd three"),
        (3, "fourth 4th four"),
        (4, "fifth 5th five"),
        (-1, "last bottom"),
    )
    for word in names.split()
}
_ORDINAL = any_of(
    r"\b(first|1st|former|second|2nd|latter|third|3rd|fourth|4th|fifth|5th|last|bottom|top)\b"
    r"(?! (?:name|time|year|week|month|night|payment|charge))"
)
_PLACE = any_of(r"(?:\b(?:number|nr|option|choice)\.? ?|\bno\. ?|#)([1-5])\b(?![\d-])")
_NUMBERED = any_of(
    r"^\W*(?:(?:the |yes |number |option |no\.? ?|nr\.? ?|#)\s*)*([1-5]|one|two|three|four|five)\b"
    r"\W*(?:please|pls|then|one)?\W*$"
)


def ordinal(text: str) -> int | None:
    """Which of several is meant by its place: "the second one", "2", "the last"; -1 is the last."""
    if match := _NUMBERED.match(text):
        return int(match[1]) - 1 if match[1].isdigit() else _ORDINALS[match[1].lower()]
    if match := _PLACE.search(text):
        return int(match[1]) - 1
    match = _ORDINAL.search(text)
    return _ORDINALS[match[1].lower()] if match else None
