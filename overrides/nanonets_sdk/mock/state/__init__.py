"""What the mock remembers: records in SQLite, ids and the clock."""
