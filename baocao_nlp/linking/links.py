"""What a value is linked to."""

from __future__ import annotations

from dataclasses import dataclass, field

from baocao_nlp.facts import Basis, ComparisonType
from baocao_nlp.features.mentions import Mention


@dataclass(slots=True)
class Links:
    """What a value is linked to, and how sure each decision is.

    ``comparison`` is type and basis, ``None`` for a level; ``evidence`` holds what confidence is told from,
    by name (see `confidence`).
    """

    value: Mention
    metric: list[Mention] = field(default_factory=list)
    context: list[Mention] = field(default_factory=list)
    unit: Mention | None = None
    cues: list[Mention] = field(default_factory=list)
    period: Mention | None = None
    comparison: tuple[ComparisonType, Basis] | None = None
    evidence: dict[str, float] = field(default_factory=dict)
