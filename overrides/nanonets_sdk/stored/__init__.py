"""Bodies that were stored: where they are, and what each one is."""
