"""What the three rooms share: models, settings, errors, the command line, the two runtimes and the console."""

__version__ = "0.1.0"
