"""Invoices: finding, mailing again, correcting the address."""

from __future__ import annotations

from agents.shop import invoices
from agents.shop.results.billing import InvoiceCorrected, InvoiceDetails, InvoiceList, InvoiceSent
from agents.tools.types import InvoiceAddress, InvoiceId, ShopContext, attempt
from handoffs.tool import ToolError, tool


@tool(
    effect="read",
    title="Looking through your invoices",
    examples=(
        "where do I find my invoices",
        "show me the bills of my purchases",
        "I need the receipt for my tax papers",
        "do you have an invoice for that order",
    ),
)
async def list_invoices(ctx: ShopContext) -> InvoiceList | ToolError:
    """List the customer's invoices, newest first, with the order each belongs to.

    Use it when the customer names no invoice number.
    Example: "I need the bill for my last order" -> list_invoices().
    An empty list means: no invoices on this account.
    """
    return await invoices.list_invoices(ctx.deps, ctx.scope)


@tool(
    effect="read",
    title="Opening invoice {invoice_id}",
    examples=(
        "what does this invoice say exactly",
        "read me the positions on the bill",
        "which address is printed on my invoice",
        "what am I paying for on that receipt",
    ),
)
async def get_invoice(ctx: ShopContext, invoice_id: InvoiceId) -> InvoiceDetails | ToolError:
    """Open one invoice: lines, total, date and the address printed on it.

    Example: "what is on V-INV-2051?" -> get_invoice(invoice_id="V-INV-2051").
    Error not_found: not an invoice of this account; call list_invoices.
    """
    return await invoices.get_invoice(ctx.deps, ctx.scope, invoice_id)


@tool(
    effect="write",
    title="Mailing invoice {invoice_id} again",
    examples=(
        "send me the invoice again",
        "I lost the bill, mail it to me",
        "please e-mail the receipt once more",
        "the invoice never reached my inbox",
    ),
)
async def resend_invoice(ctx: ShopContext, invoice_id: InvoiceId) -> InvoiceSent | ToolError:
    """Mail one invoice again, to the e-mail address on the account only.

    When the customer asks for it. Correct the address first if they want both.
    Example: "mail it to me again" -> resend_invoice(invoice_id="V-INV-2051").
    Error not_found: not an invoice of this account; call list_invoices.
    """
    return await invoices.resend_invoice(ctx.deps, attempt(ctx), invoice_id)


@tool(
    effect="write",
    title="Correcting the address on invoice {invoice_id}",
    examples=(
        "the address on my invoice is wrong",
        "put my new street on the bill",
        "the receipt still carries my old address",
        "please reissue the invoice with my company's address",
    ),
)
async def correct_invoice(
    ctx: ShopContext, invoice_id: InvoiceId, address: InvoiceAddress = "account"
) -> InvoiceCorrected | ToolError:
    """Put another address on an invoice: the account's, or one the customer gave in full.

    After the customer confirmed which address. Lines and amounts cannot be changed.
    Example: "use the one on my account" -> correct_invoice(invoice_id="V-INV-2051", address="account").
    Errors: unchanged (that address is already on it), not_found.
    """
    return await invoices.correct_invoice(ctx.deps, attempt(ctx), invoice_id, address)


INVOICES = (list_invoices, get_invoice, resend_invoice, correct_invoice)
