"""What stays in a window: reserved items always, the newest blocks, nothing torn apart."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from memory.working.pack import BlockPacker
from memory.working.tokens import estimate


class Item(NamedTuple):
    what: str
    tokens: int
    reserved: bool
    block: int


items = st.lists(
    st.builds(Item, st.just("call"), st.integers(1, 400), st.booleans(), st.integers(0, 6)), max_size=40
).map(lambda found: sorted(found, key=lambda item: item.block))


@given(items=items, cap=st.integers(100, 4_000))
def test_reserved_items_stay_and_the_budget_is_kept_where_it_can_be(items, cap):
    packed = BlockPacker(window_tokens=0, cap_tokens=cap).pack(items)
    kept = [items[index] for index in packed.kept]
    assert all(item in kept for item in items if item.reserved)
    total = sum(item.tokens for item in kept)
    assert total <= cap or all(item.reserved for item in kept)
    assert len(packed.kept) + len(packed.evicted) == len(items), "nothing vanishes without a reason"


@given(items=items, cap=st.integers(100, 4_000))
def test_whole_blocks_go_oldest_first(items, cap):
    packed = BlockPacker(window_tokens=0, cap_tokens=cap).pack(items)
    loose = {index for index, item in enumerate(items) if not item.reserved}
    gone = {items[index].block for index in loose - set(packed.kept)}
    left = {items[index].block for index in loose & set(packed.kept)}
    assert not gone & left, "a block is evicted whole, so that the prompt's beginning stays"
    assert all(out < stays for out in gone for stays in left)


def test_the_beginning_of_the_prompt_stays_the_same_while_a_block_fills():
    packer = BlockPacker(window_tokens=0, cap_tokens=1_000)
    chat = [Item("answer", 50, reserved=False, block=n // 8) for n in range(40)]
    starts = [packer.pack(chat[:length]).kept[0] for length in range(20, 40)]
    assert len(set(starts)) <= 4, "it moves a block at a time, not with every message"


def test_an_unknown_window_leaves_the_cap_alone_and_a_small_one_counts():
    assert BlockPacker(window_tokens=0, cap_tokens=12_000).budget_tokens == 12_000
    assert BlockPacker(window_tokens=8_000, cap_tokens=12_000).budget_tokens == 4_800


def test_the_estimate_errs_on_the_high_side():
    assert 20 <= estimate(b"The quick brown fox jumps over the lazy dog, twice, and then once more for luck.") <= 30
