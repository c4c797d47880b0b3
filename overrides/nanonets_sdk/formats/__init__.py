"""Columns and rows as files and data frames that other programs read. Nothing here knows a document."""
