"""CardioAI: published cardiac AI systems that run, explain, audit and report."""

__version__ = "0.1.0"
