"""Webhooks that the mock sends: what is sent where, the bodies, and the sending."""
