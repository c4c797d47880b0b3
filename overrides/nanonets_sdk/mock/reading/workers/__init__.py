"""Processes that read files, so that a hostile file cannot take the mock down."""
