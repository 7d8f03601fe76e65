"""What a version changes in the database that the version before it cannot work with.

Both work on it side by side during a rolling update. The older one names its tables, columns and
functions, writes rows without columns that it does not know, deletes rows without those that refer
to them in tables that it does not know, and says `ON CONFLICT` with its unique columns.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

Column = tuple[str, str]  # table, name

COLUMNS = """
SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull,
    atthasdef OR attidentity <> ''
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND NOT relispartition AND attnum > 0 AND NOT attisdropped
"""
RULES = """
SELECT relname, contype::text, pg_get_constraintdef(pg_constraint.oid),
    ARRAY(SELECT attname::text FROM pg_attribute
        WHERE attrelid = conrelid AND attnum = ANY (conkey)),
    confrelid::regclass::text, confdeltype::text
FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
WHERE relnamespace = 'public'::regnamespace AND NOT relispartition
    AND contype IN ('c', 'f', 'u', 'x')
UNION ALL
SELECT relname, 'u', substring(pg_get_indexdef(indexrelid) FROM 'USING .*'),
    ARRAY(SELECT attname::text FROM pg_attribute
        WHERE attrelid = indrelid AND attnum = ANY (indkey::int2[])),
    '', ''
FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
WHERE relnamespace = 'public'::regnamespace AND NOT relispartition AND indisunique
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
FUNCTIONS = """
SELECT pg_proc.oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""


@dataclass(frozen=True)
class Rule:
    """A constraint or a unique index."""

    table: str
    kind: str  # as in pg_constraint.contype
    definition: str
    columns: tuple[str, ...]
    refers_to: str
    on_delete: str  # as in pg_constraint.confdeltype

    def __str__(self) -> str:
        return f"{self.table}: {self.definition}"


@dataclass(frozen=True)
class Schema:
    """The tables of a database, as far as whoever uses them depends on them."""

    types: dict[Column, str]
    required: set[Column]  # what an INSERT has to name
    not_null: set[Column]
    rules: set[Rule]
    functions: set[str]

    @property
    def tables(self) -> set[str]:
        return {table for table, _ in self.types}


def read(cursor: Any) -> Schema:
    """The schema of the database that the cursor is in."""
    cursor.execute(COLUMNS)
    columns = cursor.fetchall()
    cursor.execute(RULES)
    rules = {Rule(*row[:3], tuple(row[3]), *row[4:]) for row in cursor.fetchall()}
    cursor.execute(FUNCTIONS)
    functions = {name for (name,) in cursor.fetchall()}
    return Schema(
        types={(table, name): kind for table, name, kind, _, _ in columns},
        required={(t, name) for t, name, _, filled, given in columns if filled > given},
        not_null={(table, name) for table, name, _, filled, _ in columns if filled},
        rules=rules,
        functions=functions,
    )


def faults(old: Schema, new: Schema, unused: Collection[Column] = ()) -> list[str]:
    """What the older version trips over; `unused` are columns that it left behind."""
    return [
        *_gone(old, new, unused),
        *_changed(old, new),
        *_refused_rows(old, new),
        *_refused_deletions(old, new),
    ]


def _gone(old: Schema, new: Schema, unused: Collection[Column]) -> list[str]:
    tables = sorted(old.tables - new.tables)
    columns = sorted(
        (table, name)
        for table, name in old.types.keys() - new.types.keys() - set(unused)
        if table in new.tables
    )
    unique = sorted(
        str(rule)
        for rule in old.rules - new.rules
        if rule.kind == "u" and rule.table in new.tables
    )
    return [
        *(f"table {table} is gone" for table in tables),
        *(f"column {table}.{name} is gone" for table, name in columns),
        *(f"not unique any more: {rule}" for rule in unique),
        *(f"function {name} is gone" for name in sorted(old.functions - new.functions)),
    ]


def _changed(old: Schema, new: Schema) -> list[str]:
    found = []
    for (table, name), kind in sorted(old.types.items()):
        now = new.types.get((table, name), kind)
        if now != kind:
            found.append(f"column {table}.{name} was {kind} and is {now}")
    return found


def _refused_rows(old: Schema, new: Schema) -> list[str]:
    """What refuses rows as the older version writes them."""
    found = []
    for table, name in sorted(new.required - old.required):
        if table in old.tables and (table, name) not in old.types:
            found.append(f"column {table}.{name} is new and has no default")
    for table, name in sorted((new.not_null - old.not_null) & old.types.keys()):
        found.append(f"column {table}.{name} must not be NULL any more")
    for rule in sorted(new.rules - old.rules, key=str):
        if rule.table in old.tables and _binds_old_rows(rule, old, new):
            found.append(f"a new rule for rows of {rule}")
    for table, name in sorted(old.types.keys() & new.required - old.required):
        if (table, name) in old.not_null:
            found.append(f"column {table}.{name} has no default any more")
    return found


def _binds_old_rows(rule: Rule, old: Schema, new: Schema) -> bool:
    """Whether a rule may refuse a row that leaves out what is new."""
    if rule.kind == "f":
        return False
    added = [
        (rule.table, name)
        for name in rule.columns
        if (rule.table, name) not in old.types
    ]
    if rule.kind in "ux" and any(column not in new.not_null for column in added):
        return False  # NULL is like no other NULL
    return len(added) < len(rule.columns) or not rule.columns


def _refused_deletions(old: Schema, new: Schema) -> list[str]:
    """What refuses that the older version deletes rows."""
    return [
        f"{rule.refers_to} cannot be deleted from: {rule}"
        for rule in sorted(new.rules - old.rules, key=str)
        if rule.kind == "f" and rule.refers_to in old.tables and rule.on_delete in "ar"
    ]
