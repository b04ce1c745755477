"""What the shop knows: its sources, and what stands in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from console.backing import Backing
from console.gate import FILES_MOST, NOTHING_HERE, visit_of
from console.pages.uploading import FILE_BYTES_MOST
from console.ports import Source
from console.views import Views
from memory.longterm.item import is_memory_id


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
            shipped=backing.shipped,
            waiting=len(await backing.proposals.waiting(tenant)),
            files_most=FILES_MOST,
            megabytes_most=FILE_BYTES_MOST // 1_000_000,
        )

    @router.get("/knowledge/source")
    async def source(request: Request, name: str = "", after: str = "") -> Response:
        """What came from one file."""
        page = await backing.knowledge.articles(
            visit_of(request).tenant, name, after=after if is_memory_id(after) else None
        )
        if not page.memories and not after:
            raise HTTPException(404, NOTHING_HERE)
        return views.page(request, "source.html", name=name, page=page)

    return router


def by_folder(sources: Sequence[Source]) -> Mapping[str, Sequence[Source]]:
    """The sources of each folder; those in none stand under ''."""
    in_order = sorted(sources, key=_folder)
    return {folder: list(found) for folder, found in groupby(in_order, key=_folder)}


def _folder(source: Source) -> str:
    return source.name.rpartition("/")[0]
