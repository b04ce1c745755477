"""What stays in a window: what is reserved, what has to do with the turn, and a beginning that stays the same."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.working.pack import LEAST_TOKENS, BlockPacker, Place


class Item(NamedTuple):
    place: Place
    tokens: int
    what: str = "answer"
    block: int = 0
    exchange: str = ""
    lasts: int = 1
    text: str = ""
    short: int | None = None

    @property
    def texts(self) -> tuple[bytes, ...]:
        return (self.text.encode(),)

    def short_tokens(self) -> int:
        return self.tokens if self.short is None else self.short

    def cut_tokens(self, most_tokens: int) -> int:
        return min(self.short_tokens(), max(most_tokens, LEAST_TOKENS))


HEAD, ASKED = Item("head", 200), Item("now", 50, what="customer")
words = st.sampled_from(["where is V-10034 now", "invoice for headphones please", "parcel carrier Leeds", ""])
old_items = st.lists(
    st.builds(
        lambda tokens, block, lasts, text, short: Item(
            "old", tokens, block=block, exchange=f"e{block}{text[:3]}", lasts=lasts, text=text, short=min(tokens, short)
        ),
        st.integers(1, 400),
        st.integers(0, 6),
        st.integers(0, 2),
        words,
        st.integers(1, 400),
    ),
    max_size=40,
).map(lambda found: sorted(found, key=lambda item: item.block))
memories = st.lists(st.integers(20, 900), max_size=6).map(lambda sizes: [Item("recalled", size) for size in sizes])


def packer(cap_tokens: int) -> BlockPacker:
    return BlockPacker(window_tokens=0, cap_tokens=cap_tokens)


@given(old=old_items, recalled=memories, cap=st.integers(300, 6_000), about=words)
def test_the_budget_is_kept_and_what_is_reserved_stays(old, recalled, cap, about):
    items = [HEAD, *old, *recalled, ASKED]
    packed = packer(cap).pack(items, about=about)
    assert {0, len(items) - 1} <= set(packed.kept), "instructions, facts and the running turn stay"
    assert list(packed.kept) == sorted(packed.kept), "in the order of the conversation"
    assert packed.tokens <= cap
    assert sum(items[i].tokens for i in packed.kept if items[i].place == "recalled") <= min(1_500, cap // 5), (
        "memories have their cap"
    )
    sizes = {i: items[i].short_tokens() if i in packed.short else items[i].tokens for i in packed.kept}
    assert packed.tokens == sum(sizes.values())
    all_tokens = sum(item.tokens for item in items)
    assert packed.tokens + sum(tokens for _, _, tokens in packed.evicted) == all_tokens, "nothing vanishes unsaid"
    assert packed == packer(cap).pack(items, about=about)


def test_nothing_is_touched_while_everything_fits():
    chat = [Item("old", 100, block=n, short=10) for n in range(5)]
    packed = packer(2_000).pack([HEAD, *chat, ASKED])
    assert len(packed.kept) == 7
    assert not packed.short
    assert not packed.evicted


def test_old_results_are_condensed_before_anything_is_left_out():
    chat = [Item("old", 100, what="list_orders", block=n, short=60, lasts=0) for n in range(8)]
    packed = packer(1_100).pack([HEAD, *chat, ASKED])
    assert len(packed.kept) == 10
    assert packed.short, "and the oldest first"
    assert min(packed.short) == 1
    assert {why.split(",")[0] for _, why, _ in packed.evicted} == {"condensed"}


def test_what_can_be_looked_up_again_goes_before_what_was_said():
    chat = [Item("old", 100, what="call" if n % 2 else "customer", block=n // 4, lasts=1 - n % 2) for n in range(8)]
    packed = packer(1_000).pack([HEAD, *chat, ASKED])
    left_out = {what.split(" ")[-1] for what, _, _ in packed.evicted}
    assert left_out == {"call"}


@pytest.mark.parametrize("about", ["what about V-10034?", "the carrier lost my parcel"])
def test_what_has_to_do_with_the_turn_outlives_what_is_newer(about):
    related = Item("old", 100, exchange="e0", text="parcel V-10034 is with the carrier")
    chat = [Item("old", 100, block=n // 3, exchange=f"e{n}", text=f"talk {n}") for n in range(1, 9)]
    kept_with = packer(1_000).pack([HEAD, related, *chat, ASKED], about=about).kept
    kept_without = packer(1_000).pack([HEAD, related, *chat, ASKED], about="thanks").kept
    assert 1 in kept_with
    assert 1 not in kept_without


def test_a_question_never_stays_without_its_answer():
    """It would be answered, and acted on, again."""
    chat = [Item("old", 60, block=n // 5, exchange=f"e{n // 2}", text=f"talk V-{n // 2:05}") for n in range(24)]
    for cap in range(400, 1_700, 100):
        kept = set(packer(cap).pack([HEAD, *chat, ASKED], about="V-00003").kept)
        assert all(question + 1 in kept for question in range(1, 25, 2) if question in kept)


def test_the_least_relevant_memory_goes_first():
    recalled = [Item("recalled", 700, text=str(n)) for n in range(3)]
    packed = packer(10_000).pack([HEAD, *recalled, ASKED])
    assert list(packed.kept) == [0, 1, 2, 4]
    assert packed.evicted[0][1].startswith("recalled")


def test_a_memory_goes_only_when_there_is_really_no_room():
    chat = [Item("old", 200, block=n) for n in range(4)]
    recalled = [Item("recalled", 100, text=str(n)) for n in range(2)]
    assert list(packer(1_200).pack([HEAD, *chat, *recalled, ASKED]).kept)[-3:] == [5, 6, 7]
    story = Item("now", 640, what="customer")
    assert list(packer(1_000).pack([HEAD, *chat, *recalled, story]).kept) == [0, 5, 7], "the less relevant one goes"


def test_in_a_small_window_memories_leave_room_for_the_conversation():
    chat = [Item("old", 100, block=n) for n in range(4)]
    recalled = [Item("recalled", 90, text=str(n)) for n in range(5)]
    packed = packer(1_000).pack([HEAD, *chat, *recalled, ASKED])
    assert list(packed.kept) == [0, 1, 2, 3, 4, 5, 6, 10]


def test_the_beginning_of_the_prompt_stays_the_same_for_many_turns():
    chat = [Item("old", 50, block=n // 8, exchange=f"e{n}") for n in range(60)]
    starts = [packer(1_200).pack([HEAD, *chat[:length], ASKED]).kept[1] for length in range(20, 60)]
    assert len(set(starts)) <= 6, "it moves by blocks, not with every message"


def test_a_turn_that_alone_is_too_long_is_cut_and_says_so():
    items = [HEAD, Item("old", 90), Item("now", 3_000, what="customer"), Item("now", 80), Item("now", 900, short=300)]
    packed = packer(1_000).pack(items)
    assert list(packed.kept) == [0, 2, 3, 4]
    assert packed.short == {4}, "results are condensed before words are cut"
    assert packed.cut == {2: 420}
    assert packed.tokens <= 1_000
    assert any("longer than the window" in why for _, why, _ in packed.evicted)


def test_instructions_longer_than_the_window_are_said_plainly():
    packed = packer(300).pack([Item("head", 800), Item("now", 500, what="customer")], beside_tokens=100)
    assert list(packed.kept) == [0, 1]
    assert packed.cut == {1: LEAST_TOKENS}
    what, why, over_tokens = packed.evicted[-1]
    assert (what, over_tokens) == ("prompt", 800 + LEAST_TOKENS - 200)
    assert "longer than the window" in why


def test_what_is_sent_beside_the_items_counts():
    items = [HEAD, *(Item("old", 100, block=n) for n in range(5)), ASKED]
    assert len(packer(1_000).pack(items).kept) == 7
    assert len(packer(1_000).pack(items, beside_tokens=400).kept) < 7


def test_of_the_window_a_share_is_for_input_and_an_agent_may_take_more():
    small = BlockPacker(window_tokens=8_000, cap_tokens=12_000)
    assert small.budget_tokens() == 4_800
    assert small.budget_tokens(0.8) == 6_400
    assert BlockPacker(window_tokens=0, cap_tokens=12_000).budget_tokens() == 12_000, "unknown: the cap alone counts"
    assert BlockPacker(window_tokens=1_000_000, cap_tokens=12_000).budget_tokens() == 12_000, "huge: it is not filled"
