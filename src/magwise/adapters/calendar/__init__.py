"""A plan as a calendar (RFC 5545): one feed file that other programs can subscribe to."""

from magwise.adapters.calendar.feed import Reminder, feed
from magwise.adapters.calendar.plan import reminder_of, stages_of, zone_here
from magwise.adapters.calendar.stretches import Stage, Stretch, stretches

__all__ = ["Reminder", "Stage", "Stretch", "feed", "reminder_of", "stages_of", "stretches", "zone_here"]
