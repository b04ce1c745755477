"""Our words for a Qdrant server: how the collection is made, conditions as filters, memories as points."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from memory.longterm import space
from memory.longterm.conditions import By, Condition, Conditions
from memory.longterm.item import Encoded, Memory, Sparse, Vector
from memory.longterm.payload import to_payload
from memory.longterm.space import DENSE, SPARSE, TOKENS, VectorSpace

_VACUUM_SHARE = 0.001  # what is erased goes from the files soon
_VACUUM_FROM = 100
_CONFLICT = 409


async def prepare(client: AsyncQdrantClient, name: str, vectors: VectorSpace) -> VectorSpace:
    """Makes the collection and its indexes where they are missing; answers what it holds."""
    if not await client.collection_exists(name):
        try:
            await _create(client, name, vectors)
        except UnexpectedResponse as error:
            if error.status_code != _CONFLICT:  # another process was quicker
                raise
    for field, schema in _indexes().items():
        await client.create_payload_index(name, field, schema, wait=True)
    return _stored_space((await client.get_collection(name)).config, vectors.model)


async def _create(client: AsyncQdrantClient, name: str, vectors: VectorSpace) -> None:
    graph = models.HnswConfigDiff(
        m=space.HNSW_M, ef_construct=space.HNSW_EF_CONSTRUCT, full_scan_threshold=space.FULL_SCAN_KB
    )
    dense = {DENSE: models.VectorParams(size=vectors.dimension, distance=models.Distance.COSINE, hnsw_config=graph)}
    if vectors.token_dimension:
        dense[TOKENS] = models.VectorParams(
            size=vectors.token_dimension,
            distance=models.Distance.DOT,
            datatype=models.Datatype.FLOAT16,
            multivector_config=models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM),
            hnsw_config=models.HnswConfigDiff(m=space.RERANKED_ONLY),
            on_disk=True,
        )
    await client.create_collection(
        name,
        dense,
        sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        optimizers_config=models.OptimizersConfigDiff(
            deleted_threshold=_VACUUM_SHARE, vacuum_min_vector_number=_VACUUM_FROM
        ),
        metadata=asdict(vectors),
    )


def _indexes() -> dict[str, models.KeywordIndexParams | models.IntegerIndexParams | models.DatetimeIndexParams]:
    keyword, integer, time = models.KeywordIndexType.KEYWORD, models.IntegerIndexType.INTEGER, models.DatetimeIndexType
    return {
        **{
            field: models.KeywordIndexParams(type=keyword, is_tenant=field == "tenant")
            for field in space.KEYWORD_FIELDS
        },
        **{field: models.IntegerIndexParams(type=integer, lookup=True, range=False) for field in space.INTEGER_FIELDS},
        **{field: models.DatetimeIndexParams(type=time.DATETIME) for field in space.TIME_FIELDS},
    }


def _stored_space(config: models.CollectionConfig, model: str) -> VectorSpace:
    """``model`` where an old server keeps no metadata."""
    params = config.params.vectors if isinstance(config.params.vectors, dict) else {}
    dense, tokens = params.get(DENSE), params.get(TOKENS)
    return VectorSpace(
        model=str((config.metadata or {}).get("model", model)),
        dimension=dense.size if dense else 0,
        token_dimension=tokens.size if tokens else None,
    )


def to_filter(conditions: Conditions) -> models.Filter:
    """The same conditions for the server."""
    return models.Filter(
        must=[_to_condition(one) for one in conditions.must],
        must_not=[_to_condition(one) for one in conditions.must_not],
    )


def _to_condition(condition: Condition) -> models.FieldCondition | models.HasIdCondition:
    if isinstance(condition, By):
        return models.FieldCondition(key=condition.field, range=models.DatetimeRange(lte=condition.moment))
    if condition.field == "id":
        return models.HasIdCondition(has_id=[str(one) for one in condition.values])
    values = cast("list[str]", list(condition.values))
    return models.FieldCondition(key=condition.field, match=models.MatchAny(any=values))


def to_point(memory: Memory, encoded: Encoded, vectors: VectorSpace) -> models.PointStruct:
    """A memory with its vectors."""
    named: dict[str, object] = {DENSE: encoded.dense.tolist(), SPARSE: to_sparse(encoded.sparse)}
    if vectors.token_dimension and encoded.tokens is not None and len(encoded.tokens):
        named[TOKENS] = encoded.tokens.tolist()
    return models.PointStruct(id=memory.id, vector=cast("models.VectorStruct", named), payload=to_payload(memory))


def to_sparse(vector: Sparse) -> models.SparseVector:
    """A BM25 vector for the server."""
    return models.SparseVector(indices=vector.indices.tolist(), values=vector.values.tolist())


def nearest(
    vector: Vector | Sparse,
    using: str,
    conditions: Conditions,
    limit: int,
    *,
    corpus: Conditions | None = None,
    full: bool = True,
) -> models.QueryRequest:
    """A search for the nearest memories, ``full`` with what they say; words are rare or common within ``corpus``."""
    asked = to_sparse(vector) if isinstance(vector, Sparse) else cast("list[float]", vector.tolist())
    idf = None if corpus is None else models.IdfCorpusParams(corpus=to_filter(corpus))
    return models.QueryRequest(
        limit=limit,
        query=models.NearestQuery(nearest=asked),
        using=using,
        filter=to_filter(conditions),
        params=models.SearchParams(idf=idf) if idf else None,
        with_payload=full,
        with_vector=[DENSE] if full else False,
    )
