"""The tables of the truth, as they are at the present version; earlier ones are brought here by migrations.py.

Takes    nothing
Gives    the tables
Touches  sqlalchemy          Never  what the rows mean: that is store.py's
"""

import sqlalchemy as sql

SCHEMA_VERSION = 2

tables = sql.MetaData()

facts = sql.Table(
    "facts",
    tables,
    sql.Column("name", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
)

changes = sql.Table(
    "changes",
    tables,
    sql.Column("sequence", sql.Integer, primary_key=True),
    sql.Column("kind", sql.Text, nullable=False),
    sql.Column("document_id", sql.Text, nullable=False),
    sql.Column("first_key", sql.Integer, nullable=False),
    sql.Column("last_key", sql.Integer, nullable=False),
    sql.Column("digest", sql.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

documents = sql.Table(
    "documents",
    tables,
    sql.Column("id", sql.Text, primary_key=True),
    sql.Column("title", sql.Text, nullable=False),
    sql.Column("source", sql.Text, nullable=False, index=True),
    sql.Column("characters", sql.Integer, nullable=False),
    sql.Column("passages", sql.Integer, nullable=False),
    sql.Column("sections", sql.Text, nullable=False),
    sql.Column("headings", sql.Text, nullable=False),
    sql.Column("pages", sql.Text, nullable=False),
    sql.Column("blocks", sql.Text, nullable=False),
    sql.Column("metadata", sql.Text, nullable=False),
    sql.Column("encoding", sql.Text, nullable=False),
    sql.Column("added_at", sql.Text, nullable=False),
    sql.Column("digest", sql.LargeBinary, nullable=False),
)

# Apart from the descriptions: SQLite reads a row from its beginning, and a list of documents needs no text.
texts = sql.Table(
    "texts",
    tables,
    sql.Column("document_id", sql.Text, sql.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("text", sql.Text, nullable=False),
    sql.Column("digest", sql.LargeBinary, nullable=False),
)

labels = sql.Table(
    "labels",
    tables,
    sql.Column("document_id", sql.Text, sql.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sql.Column("name", sql.Text, primary_key=True),
    sql.Column("value", sql.Text, nullable=False),
    sql.Index("labels_by_value", "name", "value"),
)

passages = sql.Table(
    "passages",
    tables,
    sql.Column("key", sql.Integer, primary_key=True),
    sql.Column("id", sql.Text, nullable=False, unique=True),
    sql.Column("document_id", sql.Text, sql.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    sql.Column("section", sql.Text, nullable=False),
    sql.Column("start", sql.Integer, nullable=False),
    sql.Column("end", sql.Integer, nullable=False),
    sql.Column("page", sql.Integer),
    sql.Column("text", sql.Text, nullable=False),
    sql.Column("sentences", sql.Text, nullable=False),
    sql.Column("terms", sql.Text, nullable=False),
    sql.Column("vectors", sql.LargeBinary, nullable=False),
    sql.Column("digest", sql.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
