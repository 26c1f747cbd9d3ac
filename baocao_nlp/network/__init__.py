"""The neural network that tagging and linking share: layers, sequences, parameters on disk."""
