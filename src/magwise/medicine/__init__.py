"""'synthroid 75mcg am' -> known ingredients, route, times; or "not known"."""

from magwise.medicine.model import Kind, MagnesiumLoad, Medicine, Spacing
from magwise.medicine.rules import default_spacing, spacing, spacings

__all__ = ["Kind", "MagnesiumLoad", "Medicine", "Spacing", "default_spacing", "spacing", "spacings"]
