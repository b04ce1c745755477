"""Where the classifier alone would err: a question about money back is no wish for it, and "don't" means don't."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.models.offline.lexical import Act

_ASKS_PROGRESS = re.compile(
    r"\b(?:when|still|yet|status|how (?:long|soon|far)|where(?:'s| is)|already|arrived?|gone)\b", re.I
)
_FORBIDDEN = {
    "cancel": ("cancel_order", "close_account"),
    "refund": ("refund_me", "refund_options", "duplicate_charge"),
    "pay": ("refund_me",),
    "return": ("return_item",),
    "replace": ("replacement",),
    "resend": ("replacement", "send_invoice"),
    "change": ("change_order", "change_delivery", "order_address", "account_address", "change_payment_method"),
    "update": ("change_order", "order_address", "account_address", "account_details"),
    "close": ("close_account",),
    "delete": ("close_account", "cancel_order"),
    "remove": ("close_account", "cancel_order"),
    "order": ("place_order",),
    "buy": ("place_order",),
    "reset": ("reset_password",),
    "unlock": ("unlock_account",),
}
_LESS = 0.4


def leaned(chances: Mapping[str, float], *, act: Act, text: str, not_to: frozenset[str]) -> dict[str, float]:
    """The chances after these rules, summing to one again; ``not_to`` are verbs behind a "don't"."""
    moved = dict(chances)
    if act == "question" and _ASKS_PROGRESS.search(text):
        _shift(moved, "refund_me", "refund_status")
    for verb in not_to:
        for name in _FORBIDDEN.get(verb, ()):
            if name in moved:
                moved[name] = 0.0
    total = sum(moved.values()) or 1.0
    return {name: chance / total for name, chance in moved.items()}


def _shift(chances: dict[str, float], source: str, target: str) -> None:
    if source in chances and target in chances:
        chances[target] += chances[source] * (1 - _LESS)
        chances[source] *= _LESS
