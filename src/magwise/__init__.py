"""Magwise: from a magnesium label to a decision you can check."""

__version__ = "0.1.0"
