"""How Alembic runs the migrations: over the connection that ``migrating`` hands it, inside that transaction."""

from __future__ import annotations

from alembic import context

from tracing.archive.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=context.config.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
