"""One message, several requests: where to cut it."""

from __future__ import annotations

import re

from agents.models.offline.lexical import ASKING_WORDS, VERBS, act_of, is_negated

_STARTS = (
    rf"(?:please|can|could|would|will|do|does|did|is|are|has|have|don'?t|do not|{VERBS}|let's|{ASKING_WORDS}"
    r"|i (?:want|need|would|have|was|still|also)|i'd|i'm|my (?:invoice|bill|parcel|order|refund|account|password)"
    r"|(?:the )?invoice|another thing)\b"
)
_CUT = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?:and then|and also|and|but|also|plus|oh and|as well as)\s+"
    rf"(?:also\s+|then\s+|please\s+)*(?={_STARTS})"
    r"|(?<=[a-z\d)\]!?][.!?])\s+"
    r"(?:(?:also|and|then|plus|second(?:ly)?|oh and|one more thing|another thing)\b[,:]?\s+)?",
    re.I,
)
_SMALL = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|thanks|thank you|ok|okay|please|yes|no|bye|cheers"
    r"|sorry|well|great|cool|fine|right|boo|haha|lol|ugh|oh|hm+|wait|good|alright|nice|there|a lot|so much|then"
    r"|english|dear \w+|forget it|leave it|never ?mind|drop it)[\s,.!?]*)+$",
    re.I,
)
_ADDS = re.compile(r"also|plus|second|thing|as well|and then", re.I)
_SAME_MATTER = re.compile(
    r"\b(?:it|that|them|they|those|my money|the money|money back|a (?:new|replacement|refund))\b"
    r"|^(?:for|with|to|at|in|on|not|just|only|because|since|as)\b",
    re.I,
)
_FEWEST_WORDS = 3


def split(text: str) -> tuple[str, ...]:
    """The requests of one message, in order; a simple sentence, with what is said around it, stays whole."""
    whole = text.strip()
    requests: list[str] = []
    start, end, since = 0, 0, 0
    for cut in [*_CUT.finditer(whole), None]:
        here = cut.start() if cut else len(whole)
        piece = whole[since:here].strip(" ,;")
        joint = whole[end:since]
        if start < end and not _apart(whole[start:end], joint, piece):
            end = here
        else:
            if start < end:
                requests.append(whole[start:end].strip(" ,;"))
            start, end = since, here
        since = cut.end() if cut else here
    return (*requests, whole[start:end].strip(" ,;"))


def _apart(before: str, joint: str, piece: str) -> bool:
    """Whether the piece after a joint is a request of its own."""
    if not _stands(before) or not _stands(piece):
        return False
    adds = bool(_ADDS.search(joint))
    act, act_before = act_of(piece), act_of(before)
    if act == "statement" or act_before == "statement":
        return adds or is_negated(piece) or (act == "question" and not _SAME_MATTER.search(piece))
    return adds or is_negated(piece) or not _SAME_MATTER.search(piece)


def _stands(piece: str) -> bool:
    return len(piece.split()) >= _FEWEST_WORDS and not _SMALL.match(piece.strip(" ,;."))
