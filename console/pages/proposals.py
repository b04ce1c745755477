"""Resolutions that the system proposes: how a like problem was solved. Nobody uses one before a person said yes."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.backing import Backing
from console.gate import visit_of
from console.views import Views, see

SAID = {
    "accept": "Accepted: agents may use it from now on.",
    "reject": "Rejected: nobody will use it.",
    "late": "It was decided already.",
}


def proposal_pages(backing: Backing, views: Views) -> APIRouter:
    """The list, and the decision."""
    router = APIRouter()

    @router.get("/knowledge/proposals")
    async def waiting(request: Request, said: str = "") -> Response:
        """All that wait."""
        proposals = await backing.proposals.waiting(visit_of(request).tenant)
        return views.page(request, "proposals.html", proposals=proposals, said=SAID.get(said, ""))

    @router.post("/knowledge/proposals/{proposal}")
    async def decide(request: Request, proposal: str) -> Response:
        """Accept or reject one; the second of two clicks finds it decided."""
        visit, form = visit_of(request), await request.form()
        decision = "accept" if form.get("decision") == "accept" else "reject"
        who = visit.operator
        await backing.note(who, visit.tenant, f"resolution.{decision}", detail=proposal)
        decided = await backing.proposals.decide(visit.tenant, proposal, accepted=decision == "accept", who=who.login)
        return see(visit.link(f"/operator/knowledge/proposals?said={decision if decided else 'late'}"))

    return router
