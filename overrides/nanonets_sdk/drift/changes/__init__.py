"""What changed between two descriptions, and how much it matters."""
