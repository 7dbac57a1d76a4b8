"""What stored passages depend on: the model, the terms, the splitter; noted once, compared ever after.

Takes    a connection to the database, fingerprints by name
Gives    agreement, or ModelMismatch naming both sides
Touches  sqlalchemy          Never  models: fingerprints are handed in
"""

from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sql

from index import schema
from index.errors import ModelMismatch


def known(connection: sql.Connection) -> dict[str, str]:
    """Return what the database notes, by name."""
    return {row.name: row.value for row in connection.execute(sql.select(schema.facts))}


def require(connection: sql.Connection, path: Path, expected: Mapping[str, str]) -> None:
    """Make sure that nothing noted differs from what is expected.

    :raises ModelMismatch: naming what is stored, what is expected and the remedy.
    """
    noted = known(connection)
    for name, value in expected.items():
        if noted.get(name, value) != value:
            raise ModelMismatch(
                f"database {path}: its {name} is {noted[name]}, this service's is {value}; "
                "set the former model and dictionary again, or run `wenqu rebuild` to make all passages anew"
            )


def claim(connection: sql.Connection, path: Path, expected: Mapping[str, str]) -> None:
    """Note what is not noted yet.

    :raises ModelMismatch: if something else is noted already.
    """
    require(connection, path, expected)
    noted = known(connection)
    for name in expected.keys() - noted.keys():
        connection.execute(sql.insert(schema.facts).values(name=name, value=expected[name]))


def renew(connection: sql.Connection, values: Mapping[str, str]) -> None:
    """Note these values in place of the former ones."""
    for name, value in values.items():
        connection.execute(sql.delete(schema.facts).where(schema.facts.c.name == name))
        connection.execute(sql.insert(schema.facts).values(name=name, value=value))
