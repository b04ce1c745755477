"""Every matter with the flow that serves it. A new flow is one function and one line here."""

from __future__ import annotations

from collections.abc import Callable

from agents.models.offline.flows import (
    account,
    buying,
    changing,
    memories,
    paying,
    preferring,
    products,
    refund_status,
    refunding,
    returning,
    session,
    tracking,
)
from agents.models.offline.flows import help as help_pages
from agents.models.offline.state import Task
from agents.models.offline.talk import Talk

Flow = Callable[[Talk, Task], str]


def _chat(kind: str) -> Flow:
    return lambda talk, task: session.chat(kind, talk)


FLOWS: dict[str, Flow] = {
    "track_order": tracking.track,
    "list_orders": tracking.list_orders,
    "lost": tracking.what_if_lost,
    "cancel_order": changing.cancel,
    "cancellation_fee": changing.fee,
    "change_order": changing.change_quantity,
    "change_delivery": changing.change_delivery,
    "order_address": changing.change_address,
    "account_address": changing.change_account_address,
    "return_item": returning.start_return,
    "return_window": returning.return_window,
    "refund_policy": returning.return_window,
    "replacement": returning.replace,
    "faulty": returning.faulty,
    "duplicate_charge": refunding.charged_twice,
    "refund_me": refunding.refund,
    "refund_options": refunding.refund,
    "refund_status": refund_status.where_is_refund,
    "list_payments": paying.payments,
    "payment_problem": paying.payments,
    "payment_methods": paying.methods,
    "change_payment_method": paying.change_method,
    "find_invoice": paying.find_invoice,
    "send_invoice": paying.send_invoice,
    "correct_invoice": paying.correct_invoice,
    "account_details": account.details,
    "unlock_account": account.unlock,
    "reset_password": account.reset_password,
    "close_account": account.close,
    "find_product": products.find,
    "product_detail": products.describe,
    "compare_products": products.compare,
    "delivery_options": buying.delivery,
    "quote": buying.quote,
    "place_order": buying.order,
    "newsletter": buying.newsletter,
    "discounts": buying.discounts,
    "help": help_pages.page,
    "create_account": help_pages.page,
    "signup_problem": help_pages.page,
    "switch_account": help_pages.page,
    "complaint": session.complain,
    "review": session.complain,
    "person": session.person,
    "preference": preferring.prefer,
    "forget_wish": preferring.forget,
    "recall_memory": memories.recall,
    "planted": session.planted,
    "decline": session.decline,
    **{
        kind: _chat(kind)
        for kind in ("greeting", "thanks", "goodbye", "robot", "abilities", "compliment", "insult", "frustration")
    },
}
