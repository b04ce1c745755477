"""Invoices."""

from __future__ import annotations

from typing import Literal, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.shop.lookups import address_of, mail
from agents.shop.order_facts import line_row
from agents.shop.order_schema import InvoiceTable, LineTable
from agents.shop.results.billing import InvoiceCorrected, InvoiceDetails, InvoiceList, InvoiceRow, InvoiceSent
from agents.shop.store import Attempt, Refused, Shop
from agents.shop.text import money
from handoffs.tool import Scope, ToolError


async def list_invoices(shop: Shop, scope: Scope) -> InvoiceList | ToolError:
    """The customer's invoices, newest first."""

    async def work(session: AsyncSession) -> InvoiceList:
        found = await session.scalars(
            select(InvoiceTable)
            .where(InvoiceTable.tenant == scope.tenant, InvoiceTable.customer == scope.customer)
            .order_by(InvoiceTable.issued_on.desc(), InvoiceTable.id.desc())
        )
        return InvoiceList(invoices=[_row(invoice) for invoice in found])

    return await shop.read(work)


async def get_invoice(shop: Shop, scope: Scope, invoice_id: str) -> InvoiceDetails | ToolError:
    """One invoice with its lines."""

    async def work(session: AsyncSession) -> InvoiceDetails:
        invoice = await _find(session, scope, invoice_id)
        lines = await session.scalars(
            select(LineTable)
            .where(LineTable.tenant == scope.tenant, LineTable.order_id == invoice.order_id)
            .order_by(LineTable.number)
        )
        return InvoiceDetails(**_row(invoice).model_dump(), lines=[line_row(line) for line in lines])

    return await shop.read(work)


async def resend_invoice(shop: Shop, attempt: Attempt, invoice_id: str) -> InvoiceSent | ToolError:
    """Mail an invoice again to the address on the account."""

    async def work(session: AsyncSession) -> InvoiceSent:
        invoice = await _find(session, attempt.scope, invoice_id)
        sent_to = await mail(
            session,
            attempt,
            kind="invoice",
            subject=f"Invoice {invoice_id}",
            body=f"Order {invoice.order_id}, {money(invoice.total_cents)}, issued to {invoice.address}.",
        )
        return InvoiceSent(invoice_id=invoice_id, sent_to=sent_to)

    return await shop.once(attempt, "resend_invoice", {"invoice_id": invoice_id}, InvoiceSent, work)


async def correct_invoice(
    shop: Shop, attempt: Attempt, invoice_id: str, address: Literal["account"] | str
) -> InvoiceCorrected | ToolError:
    """Put another address on an invoice."""

    async def work(session: AsyncSession) -> InvoiceCorrected:
        invoice = await _find(session, attempt.scope, invoice_id, lock=True)
        wanted = (await address_of(session, attempt.scope)).text if address == "account" else address
        if invoice.address.casefold() == wanted.casefold():
            raise Refused("unchanged", f"Invoice {invoice_id} already carries {wanted}.", "Tell the customer so.")
        invoice.address, invoice.status = wanted, "corrected"
        return InvoiceCorrected(invoice_id=invoice_id, address=wanted)

    arguments = {"invoice_id": invoice_id, "address": address}
    return await shop.once(attempt, "correct_invoice", arguments, InvoiceCorrected, work)


async def _find(session: AsyncSession, scope: Scope, invoice_id: str, *, lock: bool = False) -> InvoiceTable:
    query = select(InvoiceTable).where(
        InvoiceTable.tenant == scope.tenant, InvoiceTable.customer == scope.customer, InvoiceTable.id == invoice_id
    )
    invoice = await session.scalar(query.with_for_update() if lock else query)
    if invoice is None:
        raise Refused("not_found", f"No invoice {invoice_id} on this account.", "Call list_invoices for the numbers.")
    return invoice


def _row(invoice: InvoiceTable) -> InvoiceRow:
    return InvoiceRow(
        invoice_id=invoice.id,
        order_id=invoice.order_id,
        issued_on=invoice.issued_on,
        total_cents=invoice.total_cents,
        address=invoice.address,
        status=cast(Literal["issued", "corrected"], invoice.status),
    )
