"""From the bytes of a PDF or an image to pages of words."""
