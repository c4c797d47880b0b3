"""Requests that schemathesis generates from the API description."""
