"""Tables of indicators: what their columns and rows mean, and the facts in their cells."""

from baocao_nlp.tabular.facts import table_facts

__all__ = ["table_facts"]
