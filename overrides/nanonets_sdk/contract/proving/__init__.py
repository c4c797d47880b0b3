"""Requests that show, one by one, that a service keeps the contract."""
