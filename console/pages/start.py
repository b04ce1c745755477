"""Where operators arrive: the rooms there are, and what was done lately."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.backing import Backing
from console.gate import visit_of
from console.views import Views

LATELY = 8
DEEDS = {
    "login": "came in",
    "logout": "left",
    "knowledge.check": "tried an upload",
    "knowledge.load": "loaded an upload",
    "memory.ask": "asked what would be recalled for a customer",
    "resolution.accept": "accepted a proposed resolution",
    "resolution.reject": "rejected a proposed resolution",
}


def start_page(backing: Backing, views: Views) -> APIRouter:
    """The first page."""
    router = APIRouter()

    @router.get("/")
    async def start(request: Request) -> Response:
        tenant = visit_of(request).tenant
        entries = await backing.audit.read(tenant, limit=LATELY)
        waiting = len(await backing.proposals.waiting(tenant))
        return views.page(request, "start.html", entries=entries, deeds=DEEDS, waiting=waiting)

    return router
