"""What the tools share: their context, and arguments that validate themselves and say how they must be traced."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from agents.shop.store import Attempt, Shop
from handoffs.errors import UsageError
from handoffs.tool import Grounded, ToolContext

ShopContext = ToolContext[Shop]

OrderId = Annotated[str, Field(pattern=r"^[VL]-\d{5}$", description="Order number like V-10021"), Grounded("id")]
InvoiceId = Annotated[
    str, Field(pattern=r"^[VL]-INV-\d{4,5}$", description="Invoice number like V-INV-2051"), Grounded("id")
]
MethodId = Annotated[
    str, Field(pattern=r"^[VL]-CARD-\d{3,5}$", description="Id from list_payment_methods"), Grounded("id")
]
Cents = Annotated[int, Field(gt=0, le=1_000_000, description="Amount in cents"), Grounded("amount_cents")]
Address = Annotated[
    str, Field(min_length=8, max_length=160, description="Street, postcode and town"), Grounded("address")
]
InvoiceAddress = Annotated[
    Literal["account"] | Annotated[str, Field(min_length=8, max_length=160)],
    Field(description='"account" for the address on the account, or another one in full'),
    Grounded("address"),
]
ProductName = Annotated[str, Field(min_length=2, max_length=60, description="Product name, as the customer says it")]
Quantity = Annotated[int, Field(ge=1, le=20)]


def attempt(ctx: ShopContext) -> Attempt:
    """The attempt at an effect that this context stands for.

    *Raises*: UsageError when the runtime gave no idempotency key.
    """
    if ctx.key is None:
        raise UsageError("a tool with an effect was called without a key: pass key=… to Toolbox.call")
    return Attempt(scope=ctx.scope, key=ctx.key, conversation=ctx.conversation, now=ctx.now)
