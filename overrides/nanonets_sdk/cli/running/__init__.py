"""How commands run: options, exit codes, interrupts, many files."""
