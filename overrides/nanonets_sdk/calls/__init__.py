"""The flows of the service's operations: arguments in, calls made, results out. Written once for both clients."""
