"""Facts as data frames, by way of Arrow."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from baocao_nlp.facts import Fact
from baocao_nlp.outputs.records import FIELDS, READABLE, record

if TYPE_CHECKING:
    import pyarrow

_FEW_VALUES = ("file", "section", "unit", "comparison", "basis", "modifier", "canonical_unit")


def needed(name: str) -> Any:
    """A library of the extra ``outputs``.

    Raises
    ------
    ValueError
        Where it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise ValueError(f"this needs {name}: pip install 'baocao-nlp[outputs]'") from None


def arrow_schema(fields: Iterable[str] = READABLE) -> pyarrow.Schema:
    """The types of the columns of facts."""
    arrow = needed("pyarrow")
    types = {"str": arrow.string(), "int": arrow.int64(), "float": arrow.float64(), "date": arrow.date32()}
    return arrow.schema([(name, types[FIELDS[name].type.__name__]) for name in fields])


def arrow_table(facts: Iterable[Fact], fields: Iterable[str] = READABLE) -> pyarrow.Table:
    """Facts as an Arrow table, one a row."""
    listed = tuple(fields)
    rows = [record(fact, listed) for fact in facts]
    return needed("pyarrow").Table.from_pylist(rows, schema=arrow_schema(listed))


def facts_frame(
    facts: Iterable[Fact],
    kind: Literal["pandas", "polars", "arrow"] = "pandas",
    fields: Iterable[str] = READABLE,
) -> Any:
    """Facts as a data frame, one a row.

    Parameters
    ----------
    facts : of one report or of many; `Fact.source` says which they are from.
    kind : a frame of pandas (numbers that may be missing are ``Float64`` and ``Int64``, dates ``datetime64``, words of
        which there are few ``category``), one of polars that shares its memory with Arrow, or an Arrow table.
    fields : the columns, of `FIELDS`.

    Raises
    ------
    ValueError
        Where the library is not installed.
    """
    table = arrow_table(facts, fields)
    if kind == "arrow":
        return table
    if kind == "polars":
        return needed("polars").from_arrow(table)
    pandas = needed("pandas")
    types = {"int64": pandas.Int64Dtype(), "double": pandas.Float64Dtype(), "string": pandas.StringDtype()}
    frame = table.to_pandas(types_mapper=lambda kind: types.get(str(kind)), date_as_object=False)
    return frame.astype({name: "category" for name in frame.columns if name in _FEW_VALUES})
