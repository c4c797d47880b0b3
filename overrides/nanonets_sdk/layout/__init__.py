"""Places: boxes on a page, cells in a grid, fields in reading order. Pure geometry."""
