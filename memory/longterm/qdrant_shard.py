"""Our words in Qdrant's embedded engine: how a shard is made, conditions as filters, memories as points."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import cast

import qdrant_edge as edge

from memory.longterm import space
from memory.longterm.conditions import By, Condition, Conditions
from memory.longterm.item import Encoded, Memory, Sparse, Vector
from memory.longterm.payload import to_payload
from memory.longterm.space import DENSE, SPARSE, TOKENS, VectorSpace

_SPACE_FILE = "space.json"


def created(path: Path, vectors: VectorSpace) -> edge.EdgeShard:
    """A new shard with its indexes; beside its files stands what it holds."""
    path.mkdir(mode=0o700)
    (path / _SPACE_FILE).write_text(json.dumps(asdict(vectors)))
    shard = edge.EdgeShard.create(str(path), _config(vectors))
    _index(shard)
    shard.flush()
    return shard


def loaded(path: Path) -> edge.EdgeShard:
    """The shard there, with the indexes that came later than it."""
    shard = edge.EdgeShard.load(str(path))
    _index(shard)
    return shard


def _index(shard: edge.EdgeShard) -> None:
    known = shard.info().payload_schema
    keyword = {
        field: edge.KeywordIndexParams(is_tenant=field == "tenant", enable_hnsw=False) for field in space.KEYWORD_FIELDS
    }
    integer = {
        field: edge.IntegerIndexParams(lookup=True, range=False, enable_hnsw=False) for field in space.INTEGER_FIELDS
    }
    time = {field: edge.DatetimeIndexParams(enable_hnsw=False) for field in space.TIME_FIELDS}
    for field, params in (keyword | integer | time).items():
        if field not in known:
            shard.update(edge.UpdateOperation.create_field_index(field, params))


def stored_space(path: Path) -> VectorSpace:
    """What a shard holds. *Raises*: OSError, ValueError or TypeError when that cannot be read."""
    return VectorSpace(**json.loads((path / _SPACE_FILE).read_text()))


def _config(vectors: VectorSpace) -> edge.EdgeConfig:
    graph = edge.HnswIndexConfig(space.HNSW_M, space.HNSW_EF_CONSTRUCT, space.FULL_SCAN_KB)
    dense = {DENSE: edge.EdgeVectorParams(vectors.dimension, edge.Distance.Cosine, hnsw_config=graph)}
    if vectors.token_dimension:
        dense[TOKENS] = edge.EdgeVectorParams(
            vectors.token_dimension,
            edge.Distance.Dot,
            datatype=edge.VectorStorageDatatype.Float16,
            multivector_config=edge.MultiVectorConfig(edge.MultiVectorComparator.MaxSim),
            hnsw_config=edge.HnswIndexConfig(space.RERANKED_ONLY, space.HNSW_EF_CONSTRUCT, space.FULL_SCAN_KB),
        )
    sparse = {SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)}
    return edge.EdgeConfig(vectors=dense, sparse_vectors=sparse, wal_enabled=True)


def to_filter(conditions: Conditions) -> edge.Filter:
    """The same conditions for the engine."""
    return edge.Filter(
        must=[_to_condition(one) for one in conditions.must],
        must_not=[_to_condition(one) for one in conditions.must_not],
    )


def _to_condition(condition: Condition) -> edge.FieldCondition | edge.HasIdCondition:
    if isinstance(condition, By):
        return edge.FieldCondition(condition.field, range=edge.RangeDateTime(lte=condition.moment.isoformat()))
    if condition.field == "id":
        return edge.HasIdCondition({str(one) for one in condition.values})
    return edge.FieldCondition(condition.field, match=edge.MatchAny(cast("list[str]", list(condition.values))))


def to_point(memory: Memory, encoded: Encoded, vectors: VectorSpace) -> edge.Point:
    """A memory with its vectors. The engine reads arrays, though its types ask for lists."""
    named: dict[str, object] = {DENSE: encoded.dense, SPARSE: to_sparse(encoded.sparse)}
    if vectors.token_dimension and encoded.tokens is not None and len(encoded.tokens):
        named[TOKENS] = encoded.tokens
    return edge.Point(memory.id, cast("edge.Vector", named), to_payload(memory))


def to_sparse(vector: Sparse) -> edge.SparseVector:
    """A BM25 vector for the engine."""
    return edge.SparseVector(vector.indices.tolist(), vector.values.tolist())


def nearest(
    vector: Vector | Sparse,
    using: str,
    conditions: Conditions,
    limit: int,
    *,
    corpus: Conditions | None = None,
    full: bool = True,
) -> edge.QueryRequest:
    """A search for the nearest memories, ``full`` with what they say; words are rare or common within ``corpus``."""
    asked = to_sparse(vector) if isinstance(vector, Sparse) else cast("list[float]", vector)
    idf = None if corpus is None else edge.IdfParams(to_filter(corpus))
    return edge.QueryRequest(
        limit=limit,
        query=edge.Query.Nearest(asked, using=using),
        filter=to_filter(conditions),
        params=edge.SearchParams(hnsw_ef=space.HNSW_EF, idf=idf),
        with_payload=full,
        with_vector=[DENSE] if full else False,
    )
