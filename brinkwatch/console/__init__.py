"""The console: server-rendered pages over the ports of either profile. It reads, and acknowledges alerts; nothing else."""

from brinkwatch.console.app import make_console
from brinkwatch.console.services import Services

__all__ = ["Services", "make_console"]
