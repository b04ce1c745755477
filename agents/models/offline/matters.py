"""Which matter a request is about: telling words first, where they are sure; else what the reader finds likeliest."""

from __future__ import annotations

import re
from typing import NamedTuple

from agents.models.offline.cues import CUES
from agents.models.offline.patterns import any_of
from agents.models.offline.reader import Reading
from agents.models.offline.slots import INVOICE_ID, ORDER_ID, REFUND_ID, address, category_in, mails
from agents.models.offline.state import Act

_SURE = 0.5
_GOES_ON_FROM = 0.2
_FAR_OFF = 0.15
_FEW_WORDS = 5
DECLINE, FOLLOW_UP, PLANTED, ACKNOWLEDGE = "decline", "follow_up", "planted", "acknowledge"
CHAT = ("greeting", "thanks", "goodbye", "robot", "abilities", "compliment", "insult", "frustration")


_LOOSE = ("help", "signup_problem", "create_account", "switch_account", "review", "complaint", "account_details")
_ON_ACCOUNT = ("account_details", "account_address")
_ON_INVOICES = ("find_invoice", "send_invoice", "correct_invoice")
_ON_ORDERS = ("order_address", "change_delivery", "cancel_order", "return_item", "cancellation_fee", "replacement")
_ELLIPSIS = re.compile(r"^\W*(?:and|what about|how about|same)\b(?:\s+\S+){1,5}$", re.I)
_MINE = re.compile(r"\bmy\b[^.?!]*\b(?:orders?|parcel|package|purchase)\b", re.I)
_PAST = re.compile(r"\b(?:i|we) (?:\w+ )?(?:ordered|bought)\b", re.I)
_ON_PRODUCTS = ("find_product", "product_detail", "compare_products", "place_order", "quote")
_ON_REFUNDS = ("refund_me", "duplicate_charge", "refund_status", "refund_options")
_READS = ("cancellation_fee", "track_order", "list_orders", "product_detail", "delivery_options", "return_window")
_HOW_LONG = any_of(
    r"\bhow (?:long|many (?:more )?days|much longer|soon|fast|quick\w*)\b",
    r"\b(?:by|until|till) when\b|\bat the latest\b",
    r"\bwhen (?:exactly|then|would|will|does|is)\b",
)
_FIELD = any_of(
    r"\b(?:warranty|guarantee|battery|charge|weigh\w*|heavy|ports?|price|cost|in stock|available)\b",
    r"\b(?:colou?rs?|waterproof|bluetooth|screen|size)\b",
)
_GOES_ON = re.compile(r"^\W*(?:but|so|and|then|ok|well)\b|\b(?:it|that|this|they|them|there|those)\b", re.I)
_SENDS = any_of(r"\b(?:send|deliver|ship|redirect|reroute|forward|bring)\w*\b", r"\bgo(?:es)? to\b")
_ITS_ADDRESS = any_of(
    r"\baddress\b.*\b(?:on it|on there|there|it shows|old|wrong|outdated)\b",
    r"\b(?:it|that) (?:shows|has|says|names|carries)\b.*\b(?:address|street|old|wrong)\b",
)
_ONCE_SHIPPED = any_of(r"\b(?:after|before|once|when|if)\b[^.!]{0,15}\b(?:ship\w*|sent|dispatched|delivered)\b")
_AND_WHAT_OF = any_of(r"^\W*(?:ok(?:ay)?\W+|and\W+|then\W+|so\W+)*(?:what|how) about\b", r"^\W*(?:ok\W+)?and\b(?=.*\?)")
_NEXT = any_of(
    r"\bautomatic\w*\b",
    r"\b(?:do|must|should) i (?:have|need)?\b",
    r"\bwhat(?:'s| is| happens)? next\b",
    r"\bthen what\b",
    r"\bwhat now\b",
    r"\bpaid\b",
)


class Found(NamedTuple):
    """A matter with the rule that decided on it."""

    matter: str
    rule: str


_OWN_DATA = any_of(
    r"\b(?:list|show|tell|give|what|refunds?|orders?|account|data|address|details|look up|open|switch)\b",
)


def matter_of(text: str, reading: Reading, *, going_on: str = "") -> Found:
    """The matter of one request. ``going_on`` is what the dialogue was about before."""
    plain = reading.corrected
    if mails(text) and _foreign_data(text):
        return Found(PLANTED, "cue:others_data")
    if going_on in _ON_ACCOUNT and address(text):
        return Found("account_address", "cue:account_address")
    if found := _in_context(text, reading, going_on):
        return found
    if address(text) and _SENDS.search(plain) and not INVOICE_ID.search(text):
        return Found("order_address", "cue:to_address")
    for cue in CUES:
        far_off = cue.matter in _ON_PRODUCTS and not reading.in_scope and reading.scope_score < _FAR_OFF
        if cue.fits(plain) and not far_off:
            return Found(cue.matter, f"cue:{cue.matter}")
    if going_on in _ON_REFUNDS and _HOW_LONG.search(plain):
        return Found("refund_status", "cue:how_long")
    if going_on in _ON_PRODUCTS and _FIELD.search(plain):
        return Found("product_detail", "cue:field")
    if ORDER_ID.search(text) and (len(text.split()) <= _FEW_WORDS or not reading.in_scope):
        return Found("track_order", "cue:number")
    if INVOICE_ID.search(text):
        return Found("find_invoice", "cue:number")
    if REFUND_ID.search(text):
        return Found("refund_status", "cue:number")
    return _by_reader(reading, going_on)


def cue_of(text: str) -> str:
    """The matter that telling words name, or ""."""
    return next((cue.matter for cue in CUES if cue.fits(text)), "")


def _asks_the_help(reading: Reading) -> bool:
    """Whether a general question is heard for sure, whatever was spoken of before."""
    best = reading.topics[0] if reading.topics else None
    return reading.in_scope and best is not None and best.name == "search_help" and best.score >= _SURE


def _in_context(text: str, reading: Reading, going_on: str) -> Found | None:
    """What only the topic before makes clear: "the address on it is old", "and the headphones?"."""
    plain = reading.corrected
    if going_on in _ON_INVOICES and ("address" in plain or _ITS_ADDRESS.search(plain)):
        return Found("correct_invoice", "cue:correct_invoice")
    if going_on in _ON_ORDERS and _ELLIPSIS.match(plain) and (ORDER_ID.search(text) or category_in(plain)):
        return Found(going_on, "cue:ellipsis")
    if going_on == "cancellation_fee" and _ONCE_SHIPPED.search(plain):
        return Found(going_on, "cue:once_shipped")
    short = len(plain.split()) <= _FEW_WORDS + 2
    of_that = going_on in _READS and short and _AND_WHAT_OF.search(plain) and not _asks_the_help(reading)
    if of_that and not any(cue.fits(plain) for cue in CUES):
        return Found(going_on, "cue:and_that")
    return None


def _by_reader(reading: Reading, going_on: str) -> Found:
    best = reading.topics[0] if reading.topics else None
    if reading.chitchat == "reply":
        return Found(FOLLOW_UP if going_on else ACKNOWLEDGE, reading.rule)
    if reading.chitchat in CHAT:
        return Found(str(reading.chitchat), reading.rule)
    if best is None or not reading.in_scope:
        goes_on = going_on and (reading.scope_score > _GOES_ON_FROM or _NEXT.search(reading.corrected))
        return Found(FOLLOW_UP if goes_on else DECLINE, "scope")
    if (
        going_on
        and (best.score < _SURE or best.name in _LOOSE)
        and (best.score < _SURE or _GOES_ON.search(reading.corrected))
    ):
        return Found(FOLLOW_UP, f"unsure:{best.name}")
    if best.name == "place_order" and _PAST.search(reading.corrected):
        return Found("list_orders", "past")
    if best.name == "place_order" and (reading.act == "question" or _MINE.search(reading.corrected)):
        return Found("track_order" if _MINE.search(reading.corrected) else "find_product", "no_command")
    return Found(best.name, f"topic:{best.name}")


def _foreign_data(text: str) -> bool:
    return bool(_OWN_DATA.search(text)) and bool(
        re.search(r"\b(?:of|for|from|belonging to|customer|user)\s+\S+@\S+", text, re.I)
    )


_INFORM = any_of(
    r"\bhow (?:does|do|did|long|much|is|are|many|will)\b",
    r"\bhow (?:can|could|would) (?:i|one|you)\b",
    r"\bwhat (?:happens|if|does|do|is|are|would|will|else)\b",
    r"\bwhen\b|\bwhy\b|\bwonder\w*\b",
    r"\bis (?:it|that|this) (?:possible|normal|free|true)\b",
    r"\bwould (?:it|that) (?:be|cost)\b",
    r"\b(?:only|just) (?:a )?question\b",
)
_ONLY_ASKING = any_of(
    r"\bjust (?:asking|curious|wondering|want(?:ed)? to know)\b",
    r"\bnot now\b",
    r"\bonly asking\b",
    r"\bhypothetically\b",
    r"\bbefore i (?:decide|do)\b",
)


def act_in(text: str, reading: Reading) -> Act:
    """Whether a request wants to know or wants something done; "can I …" and "can you …" want it done."""
    if only_asking(text):
        return "question"
    if reading.act == "command" and not re.match(r"^\W*(?:how|when|what|why)\b", text, re.I):
        return "command"
    return "question" if _INFORM.search(reading.corrected) else "command" if reading.act == "command" else reading.act


def only_asking(text: str) -> bool:
    """Whether the customer says that nothing is to be done."""
    return bool(_ONLY_ASKING.search(text))
