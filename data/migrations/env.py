"""How Alembic sees our tables. Run through `make migrate` or `flask data migrate`."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

db = current_app.extensions["migrate"].db


def _render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types as what the database sees, so old revisions need none of our code."""
    if kind == "type" and isinstance(item, TypeDecorator):
        impl = item.impl_instance if hasattr(item, "impl_instance") else item.impl
        return f"sa.{impl!r}"
    return False


def run() -> None:
    """Run the migrations on the app's own database, all or none."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection
        if sqlite:
            # Batch mode rebuilds tables: their children must not be deleted with them. Past
            # SQLAlchemy, because inside a transaction SQLite ignores this pragma.
            raw.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadatas[None],
            render_item=_render,
            render_as_batch=True,
            compare_type=True,
            user_module_prefix="sa.",
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            connection.commit()
            raw.execute("PRAGMA foreign_keys=ON")


run()
