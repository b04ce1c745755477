"""What agents changed for a customer since the reset, read from the keys that guarded it. For evals and crash tests."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.schema import EffectRow
from agents.shop.store import Shop
from handoffs.errors import Unavailable
from handoffs.tool import Scope, ToolError

Value = str | int | bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One thing that happened, in the vocabulary of the evals: ``refund`` with ``order`` and ``amount_cents``."""

    kind: str
    fields: dict[str, Value]
    conversation: str


async def effects_of(shop: Shop, scope: Scope) -> list[Effect]:
    """Everything agents did for this customer, oldest first.

    *Raises*: Unavailable when the shop is away.
    """

    async def work(session: AsyncSession) -> list[Effect]:
        rows = await session.scalars(
            select(EffectRow)
            .where(EffectRow.tenant == scope.tenant, EffectRow.customer == scope.customer)
            .where(EffectRow.result != "{}")  # forgotten
            .order_by(EffectRow.created_at, EffectRow.key)
        )
        return [_effect(row) for row in rows]

    effects = await shop.read(work)
    if isinstance(effects, ToolError):
        raise Unavailable(f"the shop could not list effects: {effects.message}")
    return effects


def _effect(row: EffectRow) -> Effect:
    result: dict[str, Value] = json.loads(row.result)
    arguments: dict[str, Value] = json.loads(row.arguments)
    kind, fields = _in_words(row.tool, arguments, result)
    return Effect(kind=kind, fields=fields, conversation=row.conversation)


def _in_words(tool: str, arguments: dict[str, Value], result: dict[str, Value]) -> tuple[str, dict[str, Value]]:
    match tool:
        case "refund_payment":
            return "refund", {"order": result["order_id"], "amount_cents": result["amount_cents"]}
        case "cancel_order":
            return "cancel_order", {"order": result["order_id"]}
        case "change_order_quantity":
            order, quantity = result["order_id"], result["quantity"]
            return "change_order", {"order": order, "field": "quantity", "value": quantity}
        case "change_delivery_option":
            order, delivery = result["order_id"], result["delivery"]
            return "change_order", {"order": order, "field": "delivery", "value": delivery}
        case "change_order_address":
            return "change_address", {"order": result["order_id"], "address": result["address"]}
        case "change_account_address":
            return "change_address", {"account": "own", "address": result["address"]}
        case "request_return":
            return "return_requested", {"order": result["order_id"], "reason": arguments["reason"]}
        case "send_replacement":
            return "replacement", {"order": result["order_id"]}
        case "unlock_account" | "close_account":
            return tool, {}
        case "reset_password":
            return "password_reset", {}
        case "correct_invoice" | "resend_invoice":
            return tool, {"invoice": result["invoice_id"]}
        case "make_quote":
            return "quote", {"product": result["product"], "quantity": result["quantity"]}
        case "place_order":
            wanted = ("product", "quantity", "delivery")
            return "order_placed", {"amount_cents": result["total_cents"], **{name: result[name] for name in wanted}}
        case "set_newsletter":
            return "newsletter", {"on": result["subscribed"]}
        case "open_ticket":
            return "ticket", {"kind": arguments["kind"]}
        case "change_payment_method":
            return "change_payment_method", {"method": result["method_id"], "label": result["label"]}
        case _:
            return tool, arguments
