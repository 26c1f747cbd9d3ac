"""Training a model on annotated reports."""

from baocao_nlp.training.trainer import Settings, train

__all__ = ["Settings", "train"]
