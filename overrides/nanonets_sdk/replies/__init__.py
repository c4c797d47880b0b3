"""What comes over the wire: the types of replies, how bytes become them, and where in them a value stood."""
