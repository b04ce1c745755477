"""Values in a customer's words: numbers of orders and invoices, quantities, amounts, addresses, product words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agents.models.offline.patterns import any_of, one_of
from agents.models.offline.spelling import distance

ORDER_ID = re.compile(r"\b([VL])[-\s]?(\d{5})\b", re.I)
INVOICE_ID = re.compile(r"\b([VL])-?INV-?(\d{4,5})\b", re.I)
REFUND_ID = re.compile(r"\b([VL])-?REF-?(\d{3,5})\b", re.I)
_DIGITS = re.compile(r"(?<![\w.,-])\d{5}(?![\w.,])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_NUMBERS = {"one": 1, "a": 1, "an": 1, "single": 1, "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6,
            "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "couple": 2, "dozen": 12}  # fmt: skip
_COUNT = r"(\d{1,2}|" + "|".join(word for word in _NUMBERS if len(word) > 2) + r")"
_PIECES = re.compile(
    rf"\b{_COUNT}\s*(?:x\b|pieces?|pcs|units?|items?|of (?:them|those|these|it|the|my)|more\b|pairs?)", re.I
)
_BEFORE_COUNT = one_of(
    r"to|make (?:it|that|them)|make (?:my|the) (?:[\w-]+ )*order|only|just|be|need|want|quantity(?: of| is)?",
    "buy|order|get|take|so|rather",
)
_NOT_A_COUNT = r"(?![-.,]\d|\s*(?:%|h\b|hours?|days?|weeks?|months?|inch|euros?|-inch))"
_TO_COUNT = any_of(rf"\b{_BEFORE_COUNT}\s+{_COUNT}\b{_NOT_A_COUNT}")
_LEADING = re.compile(
    rf"^(?:(?:yes|no|ok|sorry|actually|then|please|wait|hm+|well|oh|ah|rather|fine|better|just|only)[\s,.!]+)*{_COUNT}\b(?!\s*(?:days?|hours?|weeks?|months?|inch))",
    re.I,
)
_AMOUNT = re.compile(r"(?<![\w-])(\d{1,3}(?:,\d{3})+|\d+)(?:[.,](\d{2}))?(?!\w|[.,]\d|-)")
_MONEY = r"(\d[\d,]*)(?:\.(\d{2}))?"
_AT_MOST = one_of(
    "under|below|less than|up to|max(?:imum)?(?: of)?|at most|no more than|not more than|cheaper than|within",
    r"budget(?: is| of|:)?|spend|over|above|(?:not?|never|n't|cannot)\b[^.?!\d]{0,30}\bmore than",
)
_LIMIT = any_of(
    rf"{_AT_MOST}\s*(?:about |around |is |of |max )*(?:€|\$|£|eur)?\s*{_MONEY}",
    r"(\d[\d,]*)\s*(?:€|euros?|eur|bucks|quid)?\s*(?:max|tops|or less|budget|at most)",
)
_NAME = r"[^\W\d_][^\W\d_'.-]*(?:[ '.-]+[^\W\d_]+)*\.?"
_ADDRESS = re.compile(
    rf"{_NAME},?\s+\d{{1,4}}\s?[a-z]?(?:\s*,\s*(?:\w{{1,3}}-)?(?:\d{{4,6}}\s+)?|\s+(?:\w{{1,3}}-)?\d{{4,6}}\s+){_NAME}(?:,?\s+\w+)*(?!\w)"
    rf"|\d{{1,4}}\s?[a-z]?,?\s+{_NAME}\s*,\s*(?:\d{{4,6}}\s+)?{_NAME}(?:,?\s+\w+)*(?!\w)",
    re.I,
)
_NO_ADDRESS = any_of(
    r"\b(?:is|was|wrong|i|my|the|please|order|invoice|shows?|moved|not|and|but|change|want|cancel)\b",
    r"\b(?:pieces?|euros?)\b",
)
_BEFORE_ADDRESS = any_of(
    r".*\b(?:it'?s|it is|is) now\s+(?=[^,]*\d)",
    r".*\b(?:address is|address to|address:|deliver(?:ed)?(?: it| them)? to)\s+(?=[^,]*\d)",
    r".*\b(?:send(?: it| them)? to|ship(?: it| them)? to|go to|moved to|live (?:at|in)|to)\s+(?=[^,]*\d)",
)
_AFTER_ADDRESS = any_of(
    r"[,.]?\s*\b(?:on (?:it|there|that)|please|pls|instead|now|from now on|thanks|thank you)[\s.!]*$",
    r"[,.]?\s*\b(?:and (?:only|not|leave)\b.*|but\b.*|only this order.*|not my account.*)[\s.!]*$",
    r"[,.]?\s*\b(?:for (?:this|that) order.*)[\s.!]*$",
)
_WORD = re.compile(r"[a-zäöüß]+|\d+(?:\.\d+)?")

CATEGORIES = {
    "headphones": ("headphone", "headset", "earphone", "earbud", "cans"),
    "speaker": ("speaker", "loudspeaker", "soundbar"),
    "mouse": ("mouse", "mice"),
    "keyboard": ("keyboard",),
    "laptop": ("laptop", "notebook", "computer"),
    "tablet": ("tablet",),
    "monitor": ("monitor", "screen", "display"),
    "hub": ("hub", "dock"),
    "charger": ("charger", "powerbank"),
    "cable": ("cable", "cord"),
    "storage": ("ssd", "drive", "stick"),
    "webcam": ("webcam",),
    "microphone": ("microphone", "mic"),
    "router": ("router",),
    "printer": ("printer",),
}


def order_ids(text: str) -> list[str]:
    """Order numbers as written, in their order: "v 10040" -> V-10040."""
    return list(dict.fromkeys(f"{found[1].upper()}-{found[2]}" for found in ORDER_ID.finditer(text)))


def bare_numbers(text: str) -> list[str]:
    """Five digits that stand alone; they are an order's number only if an order has it."""
    return _DIGITS.findall(text)


def invoice_ids(text: str) -> list[str]:
    """Invoice numbers as written, in their order."""
    return list(dict.fromkeys(f"{found[1].upper()}-INV-{found[2]}" for found in INVOICE_ID.finditer(text)))


def mails(text: str) -> list[str]:
    """Mail addresses in the text."""
    return _MAIL.findall(text)


_INSTEAD = re.compile(r"\b(?:instead of|rather than|not) (?:just |only )?\w+", re.I)


def quantity(text: str, *, bare: bool = False) -> int | None:
    """How many pieces are meant; the last one counts ("3, no sorry 2"). ``bare``: a lone number counts too."""
    plain = _INSTEAD.sub(" ", INVOICE_ID.sub(" ", ORDER_ID.sub(" ", text)))
    found = [*_PIECES.finditer(plain), *_TO_COUNT.finditer(plain), *(_LEADING.finditer(plain) if bare else ())]
    if not found:
        return None
    said = max(found, key=lambda match: match.start())[1].lower()
    return int(said) if said.isdigit() else _NUMBERS[said]


def amounts_cents(text: str) -> list[int]:
    """Amounts of money that a text may mean, in cents."""
    plain = _DIGITS.sub(" ", REFUND_ID.sub(" ", INVOICE_ID.sub(" ", ORDER_ID.sub(" ", text))))
    return [int(match[1].replace(",", "")) * 100 + int(match[2] or 0) for match in _AMOUNT.finditer(plain)]


def price_limit_cents(text: str) -> int | None:
    """The highest price that is wanted: "under 100", "my budget is 150 max"."""
    match = _LIMIT.search(text)
    if match is None:
        return None
    return int((match[1] or match[3]).replace(",", "")) * 100 + int(match[2] or 0)


def address(text: str) -> str | None:
    """A postal address in the text: a street with a number and a town."""
    plain = INVOICE_ID.sub("", ORDER_ID.sub("", text.strip()))
    core = _AFTER_ADDRESS.sub("", _BEFORE_ADDRESS.sub("", plain)).strip(" .!?")
    match = _ADDRESS.search(core)
    found = match[0].strip(" .,") if match else ""
    return found if 8 <= len(found) <= 160 and not _NO_ADDRESS.search(found) else None


_CORRECTED = any_of(
    r"^.*\b(?:i mean|i meant|no,? sorry|sorry|no,? wait|wait,? no|correction|make that|or rather)\b[\s,.:]*(?=.*\w)",
    r"^.*\b(?:no,? rather)\b[\s,.:]*(?=.*\w)",
)


def latest(text: str) -> str:
    """What stands after the last correction inside a message: "V-10040, no sorry V-10041" -> "V-10041"."""
    return _CORRECTED.sub("", text)


_FORBIDDEN = any_of(
    r"\b(?:not|don'?t|do not|never|without|instead of|leave|keep)\b(?:(?!\bbut\b|\band\b|[.,;]).)*",
)


def allowed(text: str) -> str:
    """The text without what it forbids, where something is left: "keep the hub, but cancel the headphones"."""
    left = _FORBIDDEN.sub(" ", text)
    return left if category_in(left) or order_ids(left) else text


def words(text: str) -> list[str]:
    """Lower-case words and numbers, plural s cut."""
    return [
        w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in _WORD.findall(text.lower())
    ]


_NO_TYPOS = frozenset(
    (
        "charge",
        "charged",
        "stock",
        "stuck",
        "price",
        "phone",
        "house",
        "route",
        "month",
        "mount",
        "cover",
        "later",
        "light",
        "commute",
        "commuter",
    )
)


def alike(typed: str, meant: str) -> bool:
    """Whether one word was probably meant by the other; short words and numbers must be exact."""
    if typed == meant or len(meant) < 5 or len(typed) < 4 or typed in _NO_TYPOS:
        return typed == meant
    limit = 2 if len(meant) >= 8 else 1
    return distance(typed, meant, limit) <= limit


def category_in(text: str) -> str | None:
    """The kind of product that a text names first."""
    for word in words(text):
        for category, called in CATEGORIES.items():
            if any(alike(word, name) for name in called):
                return category
    return None


_COMMON = frozenset(words("one pro max mini plus for the and duo home office usb inch x m s"))


def name_score(text_words: Iterable[str], name: str, category: str = "") -> int:
    """How well a text names a product: 2 for a word of its name, 1 for its kind or a common word, 0 for nothing."""
    said = list(text_words)
    own = words(name)
    score = sum((1 if word in _COMMON or len(word) < 2 else 2) for word in own if any(alike(s, word) for s in said))
    strong = any(word not in _COMMON and not word.isdigit() and any(alike(s, word) for s in said) for word in own)
    kind = any(alike(s, called) for s in said for called in CATEGORIES.get(category, ()))
    return (score if strong else 0) + (1 if kind else 0)
