"""What the shop knows: its sources, what stands in one, and what would be recalled for a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from console.backing import Backing
from console.gate import FILES_MOST, NOTHING_HERE, Visit, visit_of
from console.pages.uploading import FILE_BYTES_MOST
from console.ports import Source
from console.views import Views
from memory.longterm.recall import Recollection

QUERY_CHARS_MOST = 500
NO_CUSTOMER = "There is no such customer in this shop: write their e-mail address, or leave the field empty."


def knowledge_pages(backing: Backing, views: Views) -> APIRouter:
    """The reading pages of long-term memory."""
    router = APIRouter()

    @router.get("/knowledge")
    async def overview(request: Request) -> Response:
        """All sources with their counts, the way in for new ones, and the test question."""
        tenant = visit_of(request).tenant
        stock = await backing.knowledge.stock(tenant)
        return views.page(
            request,
            "knowledge.html",
            stock=stock,
            folders=by_folder(stock.sources),
            waiting=len(await backing.proposals.waiting(tenant)),
            files_most=FILES_MOST,
            megabytes_most=FILE_BYTES_MOST // 1_000_000,
        )

    @router.get("/knowledge/source")
    async def source(request: Request, name: str = "", after: str = "") -> Response:
        """What came from one file."""
        page = await backing.knowledge.articles(visit_of(request).tenant, name, after=after or None)
        if not page.memories and not after:
            raise HTTPException(404, NOTHING_HERE)
        return views.page(request, "source.html", name=name, page=page)

    @router.get("/knowledge/ask")
    async def ask(request: Request, q: str = "", customer: str = "") -> Response:
        """A test question: what would be recalled, and what not, and why."""
        visit, query, said = visit_of(request), q.strip()[:QUERY_CHARS_MOST], customer.strip()
        found = await backing.knowledge.customer(visit.tenant, said) if said else ""
        found_none = Recollection(query=query)
        recollection = await recalled(visit, found, query) if query and found is not None else found_none
        wrong = NO_CUSTOMER if found is None else ""
        return views.page(request, "ask.html", recollection=recollection, customer=said, wrong=wrong)

    async def recalled(visit: Visit, customer: str, query: str) -> Recollection:
        if customer:
            await backing.note(visit.operator, visit.tenant, "memory.ask", customer=customer)
        return await backing.knowledge.ask(visit.tenant, customer, query)

    return router


def by_folder(sources: Sequence[Source]) -> Mapping[str, Sequence[Source]]:
    """The sources of each folder; those in none stand under ''."""
    in_order = sorted(sources, key=_folder)
    return {folder: list(found) for folder, found in groupby(in_order, key=_folder)}


def _folder(source: Source) -> str:
    return source.name.rpartition("/")[0]
