"""The service's reply bodies, built from the mock's records by pure functions."""
