"""From files to knowledge in two steps: try and read the report, then load."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from console.backing import Backing
from console.gate import Visit, visit_of
from console.ports import File
from console.uploads import Upload, Uploads
from console.views import Views, see

FILE_BYTES_MOST = 2_000_000
REJECTED_SHOWN = 200
NO_FILES = "No file was chosen. Go back, choose one or more, and press the button again."
TOO_LARGE = "{name!r} is larger than {most} MB: split it, or let an administrator run `baton memory seed`."
SHIPPED = "What is in {folder!r} ships with Baton and is put back at every start: upload without a folder."
GONE = "This upload is not here any more. Uploads are kept for half an hour; please upload the files again."


def upload_pages(backing: Backing, uploads: Uploads, views: Views) -> APIRouter:
    """The pages on which knowledge comes in."""
    router = APIRouter()

    @router.post("/knowledge/uploads")
    async def take(request: Request) -> Response:
        """Take the files and try them."""
        visit, form = visit_of(request), await request.form()
        files = await _files(form, backing.shipped)
        await backing.note(visit.operator, visit.tenant, "knowledge.check", detail=_how_many(files))
        upload = uploads.take(visit.tenant, visit.operator.login, files, prune="prune" in form)
        await uploads.settle(upload)
        return see(visit.link(f"/operator/knowledge/uploads/{upload.id}"))

    @router.get("/knowledge/uploads/{upload_id}")
    async def show(request: Request, upload_id: str) -> Response:
        """How far it is, and what the report says."""
        upload = own(visit_of(request), upload_id)
        return views.page(request, "upload.html", upload=upload, rejected_shown=REJECTED_SHOWN)

    @router.post("/knowledge/uploads/{upload_id}/load")
    async def load(request: Request, upload_id: str) -> Response:
        """Load what was tried; once, however often it is asked for."""
        visit = visit_of(request)
        upload = own(visit, upload_id)
        await uploads.load(upload, partial(note_load, visit, upload))
        await uploads.settle(upload)
        return see(visit.link(f"/operator/knowledge/uploads/{upload.id}"))

    async def note_load(visit: Visit, upload: Upload) -> None:
        await backing.note(visit.operator, visit.tenant, "knowledge.load", detail=_summary(upload))

    def own(visit: Visit, upload_id: str) -> Upload:
        upload = uploads.find(upload_id, visit.tenant, visit.operator.login)
        if upload is None:
            raise HTTPException(404, GONE)
        return upload

    return router


async def _files(form: FormData, shipped: frozenset[str]) -> tuple[File, ...]:
    """The files with the folder before their names. *Raises*: HTTPException with what is wrong with them."""
    folder = str(form.get("folder", "")).strip("/ ")
    if folder.partition("/")[0] in shipped:
        raise HTTPException(422, SHIPPED.format(folder=folder))
    files: list[File] = []
    for each in form.getlist("files"):
        if isinstance(each, str) or not each.filename:
            continue
        if (each.size or 0) > FILE_BYTES_MOST:
            raise HTTPException(413, TOO_LARGE.format(name=each.filename, most=FILE_BYTES_MOST // 1_000_000))
        name = each.filename.replace("\\", "/").rpartition("/")[2]
        files.append(File(f"{folder}/{name}" if folder else name, await each.read()))
    if not files:
        raise HTTPException(422, NO_FILES)
    return tuple(files)


def _how_many(files: Sequence[object]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"


def _summary(upload: Upload) -> str:
    report = upload.report
    assert report is not None, "what was tried has a report"
    return (
        f"{_how_many(upload.names)}: {report.added} to add, {report.replaced} to replace, {report.removed} to remove, "
        f"{len(report.rejected)} rejected"
    )
