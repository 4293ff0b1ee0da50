"""Accounts, for a server that listens beyond this computer: passwords, logins, and the door that asks for them."""
