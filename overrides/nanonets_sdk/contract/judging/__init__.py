"""Requests and replies held to the API description."""
