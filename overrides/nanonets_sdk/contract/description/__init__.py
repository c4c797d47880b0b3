"""What the API description says: its operations, inputs, statuses and links."""
