"""The account behind the API key: its models, files, limits and uploads."""
