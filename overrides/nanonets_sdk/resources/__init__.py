"""What a client can be asked for: names, arguments and docstrings."""
