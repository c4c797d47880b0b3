"""From words and ruling lines to reading order and tables."""
