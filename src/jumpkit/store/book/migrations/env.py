"""Hands Alembic the connection that the book opened; not run by hand."""

from alembic import context

from jumpkit.store.book.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
