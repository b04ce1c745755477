"""What the scripted model answers in the crash tests.

It depends on the request alone, as a model's answer does: so a resumed turn goes on as it would have gone.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from agents.models.scripted import Step, call, calls, say
from handoffs.model import ModelRequest

Message = dict[str, object]
Plan = dict[str, list[Step]]  # agent -> its answers to one customer message, in order


class FixedEntry(NamedTuple):
    """An entry route that always picks the same agent."""

    agent: str
    candidates: tuple[()] = ()
    rule: str = "fixed"

    async def route(self, text: str) -> FixedEntry:
        return self


def _to(agent: str, reason: str) -> Step:
    return call(f"transfer_to_{agent}", reason=reason, summary=f"The customer asks: {reason}.")


_REFUND = call("refund_payment", order_id="V-10021", amount_cents=5900, reason="duplicate_charge")
_LARGE_REFUND = call("refund_payment", order_id="V-10034", amount_cents=24900, reason="lost_parcel")
_SENT = say("59.00 for order V-10021 is on its way to you.")

PLANS: dict[str, Plan] = {
    "I was charged twice for my last order": {
        "billing": [
            call("list_payments"),
            call("refund_options", order_id="V-10021"),
            say("Order V-10021 was paid twice. Shall I refund 59.00?"),
        ]
    },
    "yes": {"billing": [_REFUND, _SENT]},
    "my parcel has not arrived": {
        "billing": [_to("support", "a parcel")],
        "support": [call("list_orders"), call("track_order", order_id="V-10021"), say("V-10021 was delivered.")],
    },
    "mail me a new password, please": {"support": [call("reset_password"), say("The mail is out.")]},
    "which of your headphones has the longest battery life?": {
        "support": [_to("sales", "headphones")],
        "sales": [
            calls(call("search_products", category="headphones", sort="battery"), call("list_discounts")),
            say("Cove Lite lasts longest."),
        ],
    },
    "so when do I get my money back?": {
        "sales": [_to("billing", "a refund")],
        "billing": [call("track_refunds"), say("59.00 will reach you within 7 working days.")],
    },
    "my parcel is lost, give me my money back": {
        "billing": [call("refund_options", order_id="V-10034"), _LARGE_REFUND, say("A person will decide on that.")]
    },
}


def answer(request: ModelRequest) -> Step:
    """The next step of the plan for the customer's last message."""
    messages: list[Message] = [json.loads(part.raw) for part in request.messages]
    asked = max(place for place, message in enumerate(messages) if message["role"] == "user")
    since = messages[asked + 1 :]
    told = "".join(str(message["content"]) for message in since if message["role"] != "assistant")
    if '"in_doubt"' in told:
        return say("I am not certain whether that was carried out; a colleague checks it.")
    if '"approval"' in told and '"status": "approved"' in told:
        return say("It was approved: 249.00 is on its way.")
    plan = PLANS.get(str(messages[asked]["content"]))
    if plan is None:
        return say(f"You wrote: {messages[asked]['content']}")
    made = sum("tool_calls" in message for message in since)
    return plan[request.agent][made]
