"""What changed between two versions of an API description, and how serious each change is."""
