"""What waits in memory: not too much, not too long, and nothing that was not written down."""

from __future__ import annotations

import pytest

from console.ports import File
from console.uploads import WAITING_BYTES_MOST, Uploads
from handoffs.errors import Unavailable

BIG = File("big.md", b"# A\n\ntext" + b" " * (WAITING_BYTES_MOST // 2))


@pytest.fixture
async def uploads(backing):
    made = Uploads(backing.knowledge, backing.now)
    yield made
    await made.close()


async def take(uploads, *files):
    upload = uploads.take("volta", "olga", files, prune=False)
    await uploads.settle(upload, within_s=10)
    return upload


async def noted():
    """The audit took it."""


async def test_the_oldest_goes_when_there_is_too_much(uploads):
    first, second = await take(uploads, BIG), await take(uploads, BIG)
    third = await take(uploads, File("small.md", b"# A\n\ntext"))
    assert [uploads.find(each.id, "volta", "olga") for each in (first, second, third)] == [None, second, third]


async def test_what_is_loaded_holds_no_files_any_more(uploads):
    upload = await take(uploads, File("a.md", b"# A\n\ntext"))
    await uploads.load(upload, noted)
    await uploads.settle(upload)
    assert (upload.stage, upload.files, upload.names) == ("loaded", (), ("a.md",))


async def test_what_cannot_be_written_down_is_not_loaded(uploads, backing):
    async def refused():
        raise Unavailable("the archive's database did not answer: try again later")

    upload = await take(uploads, File("a.md", b"# A\n\ntext"))
    with pytest.raises(Unavailable):
        await uploads.load(upload, refused)
    assert upload.stage == "checked"
    assert (await backing.knowledge.stock("volta")).sources == []
    await uploads.load(upload, noted)
    await uploads.settle(upload)
    assert upload.stage == "loaded"
