"""The gist of a sentence: without greeting, politeness, "I don't know how to", swearing and numbers."""

from __future__ import annotations

import re

_ID = re.compile(r"#?\b[A-Za-z]-(?:(INV|REF|CARD)-)?\d{3,}\b|#\s?\d+\b|\b\d{5,}\b", re.I)
_MAIL = re.compile(r"\S+@\S+\.\w+")
_NAMED = {"INV": "invoice number", "REF": "refund number", "CARD": "card", "": "order number"}
_SWEAR = re.compile(
    r"\b(?:fuck(?:ing|in)?|goddamn(?:ed)?|damn(?:ed)?|bloody|freaking|shitty|(?:the )?(?:hell|heck))\b\s*", re.I
)
_HELP = r"(?:(?:some |your )?(?:help|assistance|support|information|info)|a hand)"
_TO = r"(?:\s+(?:to|with|in|on|about|of))?\b"
_FRAMES = re.compile(
    "^(?:"
    + "|".join(
        (
            r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?\b[\s,.!]*",
            r"(?:please|ok|okay|so|well|and|also|then|anyway|alright|fine|cool|oh|um|hm+|but|yes|yeah|yep|no|nah|just|now"
            r"|still|only|actually|ah|haha|lol|boo|ugh|right|good|great|wait|sorry|thanks|in the meantime|meanwhile"
            r"|quick (?:question|other thing))\b[\s,.!?:]*",
            rf"(?:can|could|would|will) you (?:please |kindly )?(?:help|assist)(?: me)?{_TO}\s*",
            r"(?:can|could|would|will) you (?:please |kindly )?(?:show|tell) me (?:how|what|where|which)"
            r"(?: to| do i)?\b\s*",
            rf"(?:i )?(?:need|want|would like|'d like|require|could use)(?: to get| to have)? {_HELP}{_TO}\s*",
            rf"(?:{_HELP}|help me){_TO}\s*",
            r"i (?:do not|don't|dunno) know (?:how|what|where)(?: i)?(?: can| could| do| have| need| must| should)*"
            r"(?: to do)?(?: to)?\b\s*",
            r"(?:what|how) (?:do|should|must) i (?:have |need )?(?:to )?do(?: in order)? to\b\s*",
            r"(?:i am|i'm) (?:trying|calling|writing|looking) to\b\s*",
            r"i (?:try|call|write|wish|would like|'d like|want|need|have|have got|must|'ve got) to\b\s*",
            r"(?:i'd|id) like to\b\s*",
            r"(?:need|want|have|have got) to\b\s*",
            r"is it possible (?:to|for me to)\b\s*",
            r"(?:can|could|may) i\b\s*",
            r"(?:how|where) (?:can|could|do|to|would|should)(?: i)?\b\s*",
            r"(?:can|could|would|will) you(?: please)?\b\s*",
            r"problems? with\b\s*",
        )
    )
    + ")",
    re.I,
)
_TAIL = re.compile(
    r"[\s,.;:-]*\b(?:(?:can|could|will|would) you (?:please )?(?:help|assist)(?: me)?"
    r"|how (?:can|could|do|should) i (?:have to )?do(?: it| that)?|how to do it|(?:can|could) i get (?:some )?help"
    r"|(?:i )?(?:need|want) (?:some )?(?:help|assistance)|help me|please)\s*[?.!]*$",
    re.I,
)
_WORD = re.compile(r"[a-z]+")
_PEELS = 6
_SHORTEST_CORE = 4


def masked(text: str) -> str:
    """The text with numbers of orders, invoices and refunds said in words, and without mail addresses."""

    def name(match: re.Match[str]) -> str:
        return _NAMED[(match[1] or "").upper()] if match[0][0].isalpha() else "number"

    return _ID.sub(name, _MAIL.sub("", text))


def gist(text: str) -> str:
    """The matter itself, lower-cased; the whole text where nothing else is left."""
    core = " ".join(_SWEAR.sub("", masked(text)).split())
    for _ in range(_PEELS):
        shorter = _TAIL.sub("", _FRAMES.sub("", core)).strip(" ,.!")
        if len(shorter) < _SHORTEST_CORE or shorter == core:
            break
        core = shorter
    return core.lower()


def stems(text: str) -> list[str]:
    """The words of a text, cut so that "cancelling" and "cancel", "orders" and "order" are one."""
    return [_stem(word) for word in _WORD.findall(text.lower())]


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3 and not word.endswith("ss"):
            doubled = ending in ("ing", "ed") and len(stem) > 3 and stem[-1] == stem[-2]
            word = stem[:-1] if doubled else stem
            break
    return word.rstrip("e") if len(word) > 4 else word
