"""Processes that read files, so that a hostile one cannot take the mock down."""
