"""A cross-encoder from a folder of weights; these are tiny and random, made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from memory.longterm.item import CustomerScope, Encoded, Memory, Sparse
from memory.longterm.rerank import CrossEncoderReranker
from memory.longterm.stages import Candidate

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "refund", "parcel", "mouse"]


def weights(folder: Path) -> Path:
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(WORDS), num_labels=1, max_position_embeddings=64, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


async def test_the_best_candidates_get_a_probability_and_the_rest_none(
    scope: CustomerScope, memory: Callable[..., Memory], tmp_path: Path
):
    reranker = CrossEncoderReranker(weights(tmp_path), most=2)
    candidates = [Candidate(memory=memory(word), dense=0.5) for word in ("refund", "parcel", "mouse")]
    nothing = Encoded(np.zeros(1, np.float32), Sparse(np.zeros(0, np.uint32), np.zeros(0, np.float32)))
    found = await reranker.rerank(scope, "refund", nothing, candidates)
    reranker.close()
    assert set(found) == {one.memory.id for one in candidates[:2]}
    assert all(0 < score < 1 for score in found.values())
