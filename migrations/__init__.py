"""Alembic migrations of communiqué's schema; part of the package, so that an installed wheel finds them."""
