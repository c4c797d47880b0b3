"""The questions about the service that only an account can settle."""
