"""Types of the user's own: a class with annotations is filled from labelled text and from tables.

Nothing here knows a document; `documents` passes in plain labelled values.
"""
