"""Training a model on annotated reports."""

from baocao_nlp.training.model import train
from baocao_nlp.training.trainer import Settings

__all__ = ["Settings", "train"]
