"""What filters compare: a label for every field of a document's metadata, and for its id, title and source.

Takes    a connection to the database, filters
Gives    keys of the passages whose documents satisfy all of them; whether the labels still say what documents say
Touches  sqlalchemy          Never  what a filter means to a person: the parser refuses what no document could satisfy
"""

from collections.abc import Iterator
from itertools import groupby, zip_longest

import numpy as np
import orjson
import sqlalchemy as sql

from index import schema
from index.rows import label_value, labels_of
from index.types import Filters, Keys


def keys_matching(connection: sql.Connection, filters: Filters) -> Keys:
    """Return the keys, ascending, of the passages whose documents satisfy every filter.

    A filter's value is one value or a list of values of which one must be equal.

    :raises ValueError: if the passages found are not as many as their documents say that they have.
    """
    wanted = sql.select(schema.documents.c.id)
    for name, value in filters.items():
        values = [label_value(each) for each in (value if isinstance(value, list) else [value])]
        table = schema.labels
        among = sql.select(table.c.document_id).where(table.c.name == name, table.c.value.in_(values))
        wanted = wanted.where(schema.documents.c.id.in_(among))
    key = schema.passages.c.key
    query = sql.select(key).where(schema.passages.c.document_id.in_(wanted)).order_by(key)
    keys = np.array(connection.execute(query).scalars().all(), np.int64)
    total = sql.func.coalesce(sql.func.sum(schema.documents.c.passages), 0)
    expected = connection.execute(sql.select(total).where(schema.documents.c.id.in_(wanted))).scalar_one()
    if len(keys) != expected:
        raise ValueError(f"{len(keys)} passages have the labels {dict(filters)}, their documents have {expected}")
    return keys


def problems(connection: sql.Connection) -> Iterator[str]:
    """Yield every document whose labels are not what the document says, and what is wrong with the labels' index."""
    for line in connection.exec_driver_sql("PRAGMA integrity_check(labels)").scalars():
        if line != "ok":
            yield f"labels: {line}"
    for written, said in zip_longest(_written(connection), _said(connection)):
        if written != said:
            # One that is missing shifts all that follow; the first is named.
            name = min(pair[0] for pair in (written, said) if pair)
            yield f"document {name}: its labels are not what it says of itself"
            return


def _written(connection: sql.Connection) -> Iterator[tuple[str, dict[str, str]]]:
    table = schema.labels
    rows = connection.execute(sql.select(table).order_by(table.c.document_id, table.c.name))
    for document_id, group in groupby(rows, key=lambda row: str(row.document_id)):
        yield document_id, {row.name: row.value for row in group}


def _said(connection: sql.Connection) -> Iterator[tuple[str, dict[str, str]]]:
    table = schema.documents
    query = sql.select(table.c.id, table.c.title, table.c.source, table.c.metadata).order_by(table.c.id)
    for row in connection.execute(query):
        try:
            yield row.id, labels_of(row.id, row.title, row.source, orjson.loads(row.metadata))
        except ValueError:
            yield row.id, {}
