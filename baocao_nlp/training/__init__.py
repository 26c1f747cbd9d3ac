"""Training a model on annotated reports."""

from baocao_nlp.training.model import train
from baocao_nlp.training.trainer import ADAPTING, Settings

__all__ = ["ADAPTING", "Settings", "train"]
