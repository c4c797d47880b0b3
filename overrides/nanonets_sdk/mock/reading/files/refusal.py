"""The one way in which a file is refused."""


class UnreadableFile(Exception):
    """The bytes are no PDF, PNG or JPEG that can be read; `reason` is a sentence for the one who sent them."""

    def __init__(self, reason: str) -> None:
        """Keep the sentence."""
        super().__init__(reason)
        self.reason = reason
