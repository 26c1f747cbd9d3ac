"""The commands of ``baocao-nlp``, one module for each kind of work."""
