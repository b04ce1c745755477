"""One message, several requests: where to cut it."""

from __future__ import annotations

import re

from agents.models.offline.lexical import ASKING_WORDS, VERBS

_STARTS = (
    rf"(?:please|can|could|would|will|do|does|did|is|are|has|have|don'?t|do not|{VERBS}|let's|{ASKING_WORDS}"
    r"|i (?:want|need|would|have|was|still|also)|i'd|i'm|my (?:invoice|bill|parcel|order|refund|account|password)"
    r"|(?:the )?invoice|another thing)\b"
)
_CUT = re.compile(
    r"(?:\s*[,;]\s*|\s+)(?:and then|and also|and|but|also|plus|oh and|as well as)\s+(?:also\s+|then\s+|please\s+)*"
    rf"(?={_STARTS})"
    r"|(?<=[a-z\d)][.!?])\s+(?:(?:also|and|then|plus|second(?:ly)?|oh and|one more thing|another thing)\b[,:]?\s+)?"
    r"|(?<=[.!?][.!?])\s+",
    re.I,
)
_SMALL = re.compile(
    r"^(?:(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|thanks|thank you|ok|okay|please|yes|no|bye|cheers|sorry"
    r"|well|great|cool|fine|right|boo|haha|lol|ugh|oh|hm+|wait|good|alright|nice|there|a lot|so much|then|dear \w+)"
    r"[\s,.!?]*)+$",
    re.I,
)
_ASKS = re.compile(
    rf"\b(?:{VERBS}|{ASKING_WORDS}|do you|is|are|can|could|speak|talk|want|need|charged|wrong|lost|broken|arrived?)\b"
    r"|\?|\b(?:invoice|refund|parcel|password|account)\b",
    re.I,
)
_COMMENT = re.compile(
    r"^(?:it|that|this|he|she|they|i (?:am|was|have|bought|paid|found|live|moved|tried)|i'm|i've|we|because|just|only"
    r"|thanks|thank you|please|not|no|yes|there|the one)\b",
    re.I,
)
_ABOUT_IT = re.compile(r"^(?:i (?:want|need|would like)|i'd like) (?:to )?\w+ (?:it|that|this|them|one)\b", re.I)


def split(text: str) -> tuple[str, ...]:
    """The requests of one message, in order; a simple sentence, with what is said around it, stays whole."""
    pieces = [piece.strip(" ,;") for piece in _CUT.split(text.strip()) if piece and piece.strip(" ,;.!?")]
    requests: list[str] = []
    for piece in pieces:
        if requests and (_SMALL.match(requests[-1]) or not _is_request(piece) or not _is_request(requests[-1])):
            requests[-1] = f"{requests[-1]} {piece}"
        else:
            requests.append(piece)
    return tuple(requests) or (text.strip(),)


def _is_request(piece: str) -> bool:
    if _SMALL.match(piece) or _ABOUT_IT.match(piece):
        return False
    asks = piece.rstrip().endswith("?") or bool(_ASKS.search(piece))
    return asks and not (_COMMENT.match(piece) and not piece.rstrip().endswith("?"))
