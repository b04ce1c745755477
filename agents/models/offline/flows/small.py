"""Small pieces of a turn: other languages, remarks, reminders, and never the same sentence twice."""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.models.offline import asking
from agents.models.offline.flows import buying, products, refund_status, tracking
from agents.models.offline.matters import ACKNOWLEDGE
from agents.models.offline.patterns import any_of
from agents.models.offline.replies import said
from agents.models.offline.state import Pending, Task
from agents.models.offline.talk import Ended, Talk

Flow = Callable[[Talk, Task], str]

FOREIGN = {
    "de": "Entschuldigung, ich kann nur auf Englisch antworten. Soll ich einen Menschen aus unserem Team dazuholen?",
    "fr": "Désolé, je ne peux répondre qu'en anglais. Voulez-vous qu'une personne de notre équipe prenne le relais ?",
    "es": "Lo siento, solo puedo responder en inglés. ¿Quiere que le atienda una persona de nuestro equipo?",
    "it": "Mi dispiace, posso rispondere solo in inglese. Vuole che se ne occupi una persona del nostro team?",
    "pt": "Desculpe, só consigo responder em inglês. Quer que uma pessoa da nossa equipa trate disto?",
    "nl": "Sorry, ik kan alleen in het Engels antwoorden. Zal ik een collega vragen om het over te nemen?",
    "pl": "Przepraszam, odpowiadam tylko po angielsku. Czy poprosić o pomoc kogoś z naszego zespołu?",
    "sv": "Tyvärr kan jag bara svara på engelska. Vill du att en person från vårt team tar över?",
    "da": "Beklager, jeg kan kun svare på engelsk. Skal jeg hente en person fra vores team?",
    "tr": "Üzgünüm, yalnızca İngilizce yanıt verebiliyorum. Ekibimizden birinin ilgilenmesini ister misiniz?",
}
_ENGLISH = "(I can only answer in English. Would you like a person from our team to help you?)"

TITLES = {
    "track_order": "where your order is",
    "cancel_order": "the cancelling",
    "refund_me": "the refund",
    "duplicate_charge": "the double charge",
    "correct_invoice": "the invoice",
    "send_invoice": "the invoice",
    "find_invoice": "the invoice",
    "unlock_account": "your account",
    "reset_password": "the password",
    "return_item": "the return",
    "replacement": "the replacement",
    "newsletter": "the newsletter",
    "order_address": "the address",
    "account_address": "the address",
    "change_order": "the quantity",
    "change_delivery": "the delivery",
    "quote": "the quote",
    "place_order": "the new order",
    "find_product": "the products",
    "product_detail": "the product",
}
_REMARK = any_of(
    r"^\W*(?:ok(?:ay)?|k|fine|good|great|cool|alright|all right|ah|oh|i see|thanks|thank you|thx|nice)\b",
    r"^\W*(?:perfect|right|haha|lol|hm+|well)\b",
)
_ASKS = any_of(
    r"\?",
    r"\b(?:can|could|would|will) you\b",
    r"\b(?:please|pls)\b",
    r"^\W*(?:ok\W+|and\W+|so\W+)*(?:what'?s?|when|where'?s?|why|how|which|who|is|are|does|do|print|show)\b",
    r"^\W*(?:ok\W+|and\W+|so\W+)*(?:tell|give|write|make)\b",
    r"\bwhat'?s the\b",
)


def foreign(language: str) -> str:
    """The fixed sentence in the customer's language, with the offer of a person."""
    return f"{FOREIGN[language]} {_ENGLISH}" if language in FOREIGN else _ENGLISH


def title(task: Task) -> str:
    """What a task is called when it is put off."""
    order = task.slots.get("order_id")
    return (
        f"{TITLES.get(task.matter, 'order')} for {order}" if order else TITLES.get(task.matter, "your other question")
    )


def reminder(pending: Pending) -> str:
    """The open question in a sentence."""
    match pending.asking:
        case "confirm":
            return f"We were still at {pending.about}: shall I go ahead?"
        case "choose":
            return f"Still open is {pending.about}: please tell me."
        case "slot":
            return f"Still open is {pending.about}: please write it here."
        case "offer":
            return f"My offer stands: {pending.about}."


def is_remark(text: str) -> bool:
    """Whether the text only comments: "ok, it's probably with the neighbour"."""
    return bool(_REMARK.match(text)) and not _ASKS.search(text)


def greets(text: str) -> bool:
    """Whether the text holds a greeting."""
    return bool(re.search(r"\b(?:hi|hello|hey|morning|afternoon|evening|greetings|hiya|howdy)\b", text, re.I))


def contradicts(text: str) -> bool:
    """Whether the text objects to what was said: "but it says failed there"."""
    return bool(re.match(r"^\W*but\b", text, re.I))


def is_quiet(text: str) -> bool:
    """Whether nothing in the text asks or orders."""
    return not _ASKS.search(text)


def acknowledged(talk: Talk, task: Task) -> str:
    """Take a remark as it is."""
    if task.matter == ACKNOWLEDGE and said(task.text).verdict == "yes":
        return talk.vary("Gladly. What shall I do?", "What would you like me to do?")
    if task.matter == ACKNOWLEDGE and talk.state.escalation:
        return talk.vary(
            f"Noted. The colleague who takes over ({talk.state.escalation}) will see it here.", "That is noted as well."
        )
    if task.matter == ACKNOWLEDGE:
        return talk.vary(
            "All right. If there is anything else, just write.", "Good. I'm here if something else comes up.", "Noted."
        )
    return talk.vary("All right, I leave that as it is.", "Understood, nothing is changed there.")


def upset(talk: Talk, task: Task) -> str:
    """Anger over an open matter: acknowledged once, with the facts; the second time a person is offered."""
    talk.state = talk.state.having(upset=talk.state.upset + 1)
    lead = "I understand that this is annoying." if talk.state.upset == 1 else ""
    matter = going_on(talk, task)
    if matter is None:
        raise asking.offer_person(talk, lead.rstrip(".") or "I'm sorry that this is still not settled")
    try:
        text = matter(talk, task)
    except Ended as ended:
        raise Ended(f"{lead} {ended.text}".strip(), ended.pending) from None
    if talk.state.upset > 1:
        raise Ended(f"{text} {asking.person_offer(talk, 'I can do no more than that here')}", asking.person_pending())
    return f"{lead} {text}"


def going_on(talk: Talk, task: Task) -> Flow | None:
    """The flow that answers a question which only makes sense with what was said before."""
    if talk.state.matter in ("return_item", "cancel_order", "faulty"):
        return refund_status.after_deed if talk.state.done else None
    match talk.state.matter:
        case "refund_status" | "refund_me" | "duplicate_charge" | "refund_options" | "refund_policy":
            return refund_status.more_on_refund
        case "track_order" | "list_orders" | "lost":
            return tracking.track
        case (
            "find_product"
            | "product_detail"
            | "compare_products"
            | "place_order"
            | "quote"
            | "delivery_options"
            | "discounts"
        ):
            return _about_products
        case _:
            return None


def _about_products(talk: Talk, task: Task) -> str:
    """A further question on the products that were shown."""
    among = products.among_shown(talk, task)
    if among is not None:
        return among
    if talk.state.matter == "delivery_options" or re.search(r"\b(?:delivery|shipping|express)\b", task.text, re.I):
        return buying.delivery(talk, task)
    if re.search(r"\b(?:under|below|cheaper|less than|other|else|more|another)\b", task.text, re.I):
        return products.find(talk, task)
    return products.describe(talk, task)


_LISTED = re.compile(r"^(?:- |\d+\. )")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(*])")


def sorry(talk: Talk, text: str) -> str:
    """One sentence for the angry, said once in a conversation; "" where there is nothing to say."""
    if talk.state.upset or not (_ANGRY.search(text) or _shouts(text)):
        return ""
    talk.state = talk.state.having(upset=1)
    return "I'm sorry about the trouble."


_ANGRY = any_of(
    r"\b(?:garbage|ridiculous|unacceptable|the hell|wtf|terrible|worst|useless|scam|angry|furious)\b",
    r"\b(?:fed up|(?:is|are|what) a joke|disgrace\w*|crap|shit\w*|damn|awful|pathetic|rip[- ]?off)\b",
    r"\b(?:outrageous|insane|horrible)\b",
    r"!!!",
)


def _shouts(text: str) -> bool:
    words: list[str] = re.findall(r"[A-Za-z]{3,}", text)
    return len(words) >= 4 and sum(word.isupper() for word in words) * 2 > len(words)


def unrepeated(text: str, before: str) -> str:
    """The text without sentences that the last answer said already, unless nothing else would remain."""
    lines = [
        line
        if _LISTED.match(line)
        else " ".join(s for s in _SENTENCE.split(line) if len(s) < 25 or re.sub(r"\s+", " ", s) not in before)
        for line in text.split("\n")
    ]
    left = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    again = text if re.match(r"I\b", text) else text[:1].lower() + text[1:]
    return left or f"As I said: {again}"
