"""A test question: what would be recalled for it, and what not, and why."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.backing import Backing
from console.gate import visit_of
from console.views import Views
from memory.longterm.recall import Recollection

QUERY_CHARS_MOST = 500
NO_CUSTOMER = "There is no such customer in this shop: write their e-mail address, or leave the field empty."


def asking_page(backing: Backing, views: Views) -> APIRouter:
    """The page of the test question."""
    router = APIRouter()

    @router.get("/knowledge/ask")
    async def ask(request: Request, q: str = "", customer: str = "") -> Response:
        """Ask as a customer, which is written down, or as nobody in particular."""
        visit, query, said = visit_of(request), q.strip()[:QUERY_CHARS_MOST], customer.strip()
        found = await backing.knowledge.customer(visit.tenant, said) if said else ""
        recollection = Recollection(query=query)
        if query and found is not None:
            if found:
                await backing.note(visit.operator, visit.tenant, "memory.ask", customer=found)
            recollection = await backing.knowledge.ask(visit.tenant, found, query)
        wrong = NO_CUSTOMER if found is None else ""
        return views.page(request, "ask.html", recollection=recollection, customer=said, wrong=wrong)

    return router
