"""From words and lines on a page to reading order and tables."""
