"""An API description, reduced to facts that can be compared."""
