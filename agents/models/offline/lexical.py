"""What words alone tell: question or command, negation, two requests in one message, and the gist of a sentence."""

from __future__ import annotations

import re
from typing import Literal

Act = Literal["question", "command", "statement"]

_ID = re.compile(r"#?\b[A-Za-z]-(?:(INV|REF)-)?\d{3,}\b|#\s?\d+\b|\b\d{5,}\b")
_MAIL = re.compile(r"\S+@\S+\.\w+")
_SWEAR = re.compile(r"\b(?:fucking|goddamn(?:ed)?|damn(?:ed)?|bloody|freaking|f\*+ing|shitty|the hell|the heck)\b\s*", re.I)
_HELP = r"(?:help|assistance|support|some help|a hand|information|info)"
_FRAMES = re.compile(
    r"^(?:"
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?\b[\s,.!]*"
    r"|(?:please|ok|okay|so|well|and|also|then|anyway|alright|fine|cool|oh|um|hm+|but)\b[\s,.]*"
    r"|(?:can|could|would|will) (?:you|u|somebody|someone) (?:please |kindly )?(?:help me|assist me|help|show me how|tell me how)"
    r"(?: to| with| in)?\b\s*"
    rf"|(?:i )?(?:need|want|would like|require|could use|'d like)(?: to get| to have)? {_HELP}(?: to| with| on| in| about)?\b\s*"
    rf"|(?:{_HELP}|help me)(?: to| with| in| on| about)?\b\s*"
    r"|i (?:do not|don't|dunno) know (?:how|what|where)(?: i)?(?: can| could| do| have| need| must| should)*(?: to do)?(?: to)?\b\s*"
    r"|(?:what|how) (?:do|should|must) i (?:have |need )?(?:to )?do(?: in order)? to\b\s*"
    r"|(?:i am|i'm|im) (?:trying|calling|writing|looking)(?: to)?\b\s*"
    r"|i (?:try|call|write|wish|would like|'d like|want|need|have|have got|must|'ve got)(?: to)\b\s*"
    r"|(?:i'd|id) like to\b\s*"
    r"|(?:need|want|wanna|have|have got) to\b\s*"
    r"|is it possible (?:to|for me to)\b\s*"
    r"|(?:can|could|may) i\b\s*"
    r"|(?:how|where) (?:can|could|do|to|would|should)(?: i)?\b\s*"
    r"|(?:can|could|would|will) you(?: please)?\b\s*"
    r"|problems? with\b\s*"
    r")",
    re.I,
)
_TAIL = re.compile(
    r"[\s,.;:-]*\b(?:(?:can|could|will|would) (?:you|u) (?:please )?(?:help|assist)(?: me)?"
    r"|(?:how|what) (?:can|could|do|should) i (?:have to )?do(?: it| that)?|how to do it|(?:can|could) i get (?:some )?help"
    r"|(?:i need|need|i want) (?:some )?(?:help|assistance)|help me|please|pls|i need help)\s*[?.!]*$",
    re.I,
)
_ORDER_ID, _INVOICE_ID, _REFUND_ID = "order number", "invoice number", "refund number"


def masked(text: str) -> str:
    """Numbers of orders, invoices and refunds become words, mails vanish: what remains can be compared."""
    named = {"INV": _INVOICE_ID, "REF": _REFUND_ID}
    return _ID.sub(lambda match: named.get(match[1] or "", _ORDER_ID if match[0][0] not in "#0123456789" else ""), _MAIL.sub("", text))


def gist(text: str) -> str:
    """The matter itself: without greeting, "can you help me to", "I don't know how to", swearing and ids."""
    core = " ".join(_SWEAR.sub("", masked(text)).split())
    for _ in range(6):
        shorter = _TAIL.sub("", _FRAMES.sub("", core)).strip(" ,.!")
        if len(shorter) < 4 or shorter == core:
            break
        core = shorter
    return core.lower()


_WH = r"(?:what(?:'s)?|when(?:'s)?|where(?:'s)?|why|who(?:'s)?|which|how(?:'s)?)"
_ASKING = re.compile(rf"^(?:(?:and|so|ok|okay|but|hi|hello|hey|wait|well|good|fine|then|also|thanks|alright|hm|um|oh)[\s,.!]+)*(?:{_WH}\b|(?:is|are|was|were|do|does|did|has|have|had|am|will|would|should|may|might)\b\s+(?!(?:to|a|the)\b)\w+)", re.I)
_POLITE = re.compile(r"\b(?:can|could|would|will|may)\s+(?:you|u|i|we|someone|somebody)\b", re.I)
_CURIOUS = re.compile(r"\bjust (?:asking|curious|wondering|want to know|wanna know)\b|\bnot now\b|\bonly asking\b|\bwondering (?:if|whether|how|when|what)\b|\b(?:do you know|can you tell me|could you tell me|tell me|let me know|i'd like to know|want to know) (?:if|whether|how|when|what|where|which|why)\b", re.I)
_ACTS = r"cancel|refund|return|send|resend|change|update|correct|fix|unlock|reset|close|delete|remove|order|buy|get|give|make|put|add|switch|sign|subscribe|unsubscribe|stop|start|open|track|show|find|check|list|tell|let|connect|transfer|pay|reimburse|replace|ship|deliver|remember|note|keep|call|compare|recommend|suggest|quote|use|set|take|swap|edit|modify|upgrade|help|forget|leave|mail|email|raise|report|file|exchange"
_COMMAND = re.compile(rf"^(?:(?:please|pls|ok|okay|and|so|then|just|now|yes|hi|hello|hey|well|alright|fine|also|actually|no)[\s,.!]+)*(?:{_ACTS})\b", re.I)
_WANT = re.compile(r"\b(?:i|we)(?: would|'d| really| just| still)* (?:want|need|like|wish|demand|request|require|insist)\b|\bplease\b|\bpls\b|\bi'll take\b|\bgive me\b|\blet me\b", re.I)


def act_of(text: str) -> Act:
    """Whether the customer asks, orders, or tells."""
    core = text.strip()
    if _CURIOUS.search(core):
        return "question"
    if _COMMAND.search(core):
        return "command"
    if _ASKING.search(core):
        return "question"
    if _POLITE.search(core):
        return "question" if re.search(r"\b(?:can|could|may) (?:i|we) (?:still |even |also )?(?:see|know|check|use|find|ask)\b", core, re.I) else "command"
    if core.endswith("?"):
        return "question"
    return "command" if _WANT.search(core) else "statement"


_NEGATED = re.compile(
    r"\b(?:don'?t|do not|dont|never|please not|didn'?t (?:ask|want) (?:you )?to)\s+(?:you\s+)?(?:dare\s+|ever\s+|please\s+|actually\s+|yet\s+)?"
    r"(?:cancel|refund|return|send|resend|change|update|close|delete|remove|order|buy|do|touch|stop|reset|unlock|replace|ship|switch|start|place|book|charge|pay|make|want to (?:cancel|return|close|change|order|buy))\b"
    r"|\bnever\s*mind\b|\bnevermind\b|\bforget (?:it|about it|that)\b|\bleave (?:it|everything|that|things)\b(?! (?:at|with|on|in))|\bno need\b"
    r"|\brather not\b|\bnot (?:going to )?(?:cancel|refund|return|order|buy|close|change)(?:ing)?\b|\bkeep (?:it|the|my) (?:order|as is|as it is)\b"
    r"|\bwithout cancell?ing\b|\binstead of (?:cancell?ing|refunding|returning)\b",
    re.I,
)


def is_negated(text: str) -> bool:
    """Whether the message says *not* to do something, or to drop it."""
    return bool(_NEGATED.search(text))


_NEGATABLE = re.compile(r"\b(cancel|refund|return|send|change|update|close|delete|remove|order|buy|reset|unlock|replace|ship|start)", re.I)


def negated_verbs(text: str) -> frozenset[str]:
    """The verbs that stand behind a "don't": what must not be done."""
    found = (verb for match in _NEGATED.finditer(text) for verb in _NEGATABLE.findall(match[0]))
    return frozenset(verb.lower() for verb in found)


_CUT = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?:and then|and also|and|but|also|plus|oh and|as well as)\s+(?:also\s+|then\s+|please\s+)*"
    r"(?=(?:please|can|could|would|will|do|does|did|is|are|tell|give|show|track|cancel|don'?t|do not|dont|refund|return|send|resend|change|update|"
    r"correct|unlock|reset|close|find|make|let|let's|i (?:want|need|would|have|got|was)|i'd|where|when|what|how|which|why|"
    r"order|buy|add|remove|compare|recommend|check|get me|put me|sign me|subscribe|unsubscribe|has|have you|invoice|my)\b)"
    r"|(?<=[a-z\d)][.!?])\s+(?:(?:also|and|then|plus|second|secondly|oh and|another thing)[,:]?\s+)?"
    r"|(?<=\w)[.;]\s+(?:also|and|then|plus)[,]?\s+",
    re.I,
)
_SMALL = re.compile(r"^(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|thanks|thank you|thx|ok|okay|please|yes|no|bye|cheers|dear \w+|sorry|well|great|cool|fine|right|boo|haha|lol|ugh|oh|hm+)(?: there| a lot| so much| then| ok| right)*$", re.I)
_ACTIONABLE = re.compile(rf"\b(?:{_ACTS}|{_WH}|do you|is|are|can|could|speak|talk|want|need|charged|where|invoice|arrive[sd]?|lost|broken|wrong)\b", re.I)


def clauses(text: str) -> tuple[str, ...]:
    """The message cut where a second request may begin; small words are kept with their neighbour."""
    pieces = [piece.strip(" ,;") for piece in _CUT.split(text.strip()) if piece and piece.strip(" ,;.!?")]
    joined: list[str] = []
    for piece in pieces:
        if joined and (_SMALL.match(joined[-1].strip(" .!?,")) or not _ACTIONABLE.search(piece)):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return tuple(joined) or (text.strip(),)
