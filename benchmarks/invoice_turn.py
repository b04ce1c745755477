"""The turn that is measured: a customer asks about an invoice, one agent hands off to another, which looks it up.

Three model calls, one handoff, one tool; decided from the request alone, so that any framework can be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from benchmarks.completions import Body, Say, is_object

QUESTION = "Could you look up my invoice INV-1001?"
INVOICE = '{"id": "INV-1001", "amount": 49.0, "currency": "EUR", "status": "paid"}'
ANSWER = "Invoice INV-1001 is paid: 49.00 EUR on 3 November. Is there anything else you need? " * 2


def decide(body: Body) -> Say:
    """Hand off to billing, then look the invoice up, then say so, by what the latest turn already holds.

    A handoff counts as done when its call stands in the turn, or notes of another agent do.
    """
    turn = _latest_turn(body)
    if "invoice" not in _text(turn[0] if turn else {}).lower():
        return Say(text=ANSWER)
    offered = dict(_tools(body))
    called = {name for message in turn for name in _called(message)}
    moved = any("billing" in name for name in called) or any(_is_notes(message) for message in turn)
    if "get_invoice" in called:
        return Say(text=ANSWER)
    handoff = next((name for name in offered if "billing" in name.lower()), None)
    if handoff is not None and not moved:
        return Say(calls=((handoff, _arguments(offered[handoff])),))
    if "get_invoice" in offered:
        return Say(calls=(("get_invoice", '{"invoice_id": "INV-1001"}'),))
    return Say(text=ANSWER)


def _latest_turn(body: Body) -> list[Body]:
    messages = [message for message in _items(body.get("messages")) if is_object(message)]
    last = max((at for at, message in enumerate(messages) if message.get("role") == "user"), default=len(messages))
    return messages[last:]


def _tools(body: Body) -> Iterator[tuple[str, Body]]:
    for tool in _items(body.get("tools")):
        if is_object(tool) and is_object(function := tool.get("function")):
            parameters = function.get("parameters")
            yield str(function.get("name")), parameters if is_object(parameters) else {}


def _called(message: Body) -> Iterator[str]:
    for call in _items(message.get("tool_calls")):
        if is_object(call) and is_object(function := call.get("function")):
            yield str(function.get("name"))


def _arguments(parameters: Body) -> str:
    properties = parameters.get("properties")
    wanted = [name for name in ("reason", "summary") if is_object(properties) and name in properties]
    return "{" + ", ".join(f'"{name}": "The customer asks about an invoice."' for name in wanted) + "}"


def _is_notes(message: Body) -> bool:
    return message.get("role") == "system" and _text(message).startswith("Notes from")


def _text(message: Body) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    return " ".join(str(part.get("text", "")) for part in _items(content) if is_object(part))


def _items(value: object) -> list[object]:
    return value if _is_list(value) else []


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
