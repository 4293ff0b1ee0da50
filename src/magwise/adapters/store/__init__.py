"""What is kept on this computer, and nowhere else: reports about days, and files written in one piece."""

from magwise.adapters.store.day import DayStore, Kept, every_store, forget, home, remember, remembered
from magwise.adapters.store.files import write_whole

__all__ = ["DayStore", "Kept", "every_store", "forget", "home", "remember", "remembered", "write_whole"]
