"""The loop: start reading here.

One execution, five steps, told the same way in the README:

    1. resume    load the events and fold them into a state
    2. decide    a pure function names the next action
    3. perform   model, tool, memory, approval rule or entry route; pure actions join the batch
    4. commit    one atomic write: fence, events, log records, session, head
    5. show      whoever watches reads the log; nothing here drives a screen

Nothing is shown that is not committed, and no effect begins before its intent is.
"""

from __future__ import annotations

from handoffs.batch import Batch
from handoffs.decide import Recall, Record, Route, Stop, decide
from handoffs.perform import perform
from handoffs.state import State


async def run(batch: Batch) -> State:
    """Drive one claimed execution to its end.

    *Raises*: StaleFence when another worker took over; Unavailable when the store is away (nothing is half-done).
    """
    runtime = batch.runtime
    while True:
        action = decide(batch.state, runtime.team, fence=batch.fence, inbox=batch.inbox, stopping=batch.stop.pressed)
        if isinstance(action, Record):
            batch.add(action.events, take=action.take)
            continue
        if not isinstance(action, Route | Recall) and await batch.flush():
            continue  # the store knew of something newer: decide again
        if isinstance(action, Stop):
            return batch.state
        done = await perform(action, batch.state, runtime, batch.asked)
        batch.add(done.events, blobs=done.blobs, named=done.named)
