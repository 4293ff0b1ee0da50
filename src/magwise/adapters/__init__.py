"""Conversation with the outside: named after whom they talk to. No decision is taken here."""
