"""Templates to answers: everything is escaped, nothing is kept by the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

HERE: Final = Path(__file__).parent
POLICY: Final = (  # no inline script or style, nothing from elsewhere
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


class Views:
    """The console's templates."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page; ``visit`` is who sees it, None before the login."""
        visit = getattr(request.state, "visit", None)
        text = self._templates.get_template(template).render(visit=visit, path=request.url.path, **values)
        return HTMLResponse(text, status_code=status, headers={"cache-control": "no-store"})


def see(address: str) -> RedirectResponse:
    """After a form: look there, so that a reload sends nothing twice."""
    return RedirectResponse(address, status_code=303, headers={"cache-control": "no-store"})
