"""HTTP: requests in, checked and logged; replies out, or faults in their place."""
