"""The command line: the verbs, for people and for scripts."""

from CardioAILib.cli.main import main

__all__ = ["main"]
