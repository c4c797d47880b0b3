"""The gates in a repository of one's own: where documents come from, what is accepted, where findings are."""
