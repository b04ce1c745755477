"""One conversation from session memory, the archive, both together, and mailed files: the same trace, byte for byte."""

from __future__ import annotations

from pathlib import Path

from tracing.export import export_files, join_files
from tracing.files import filed
from tracing.join import join_stored
from tracing.render import json_of
from tracing.render_stream import json_pieces


async def test_the_same_trace_whatever_it_is_read_from(talk, tmp_path: Path):
    await talk.tell("c1", 0)
    await talk.mover().move_all()
    live = await talk.tell("c1", 1)
    seamless = await talk.whole.read(talk.tenant, "c1")
    await talk.mover().move_all()
    archived = await talk.archive.read(talk.tenant, "c1")
    trace = join_stored(talk.tenant, "c1", live)
    paths = export_files(trace, tmp_path)
    (from_files,), (read_by_line,) = join_files(paths), filed(paths)
    told = {
        json_of(trace),
        json_of(join_stored(talk.tenant, "c1", seamless)),
        json_of(join_stored(talk.tenant, "c1", reversed(archived))),
        json_of(from_files),
        b"".join(json_pieces(read_by_line)),
    }
    assert len(told) == 1
    assert (len(trace.records), trace.faults) == (25, ())


async def test_what_a_store_holds_but_this_program_cannot_read_is_named_and_not_missing(talk):
    live = await talk.tell("c1", 0)
    newer = [one._replace(data=one.data.replace(b'"v":1', b'"v":2')) if one.seq == 7 else one for one in live]
    trace = join_stored(talk.tenant, "c1", newer)
    assert [(fault.kind, fault.seqs) for fault in trace.faults] == [("unreadable", (7,))]
    assert len(trace.records) == len(live) - 1
