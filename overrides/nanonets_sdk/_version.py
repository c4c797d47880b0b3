"""The version of the package, in a leaf that every module can import."""

__version__ = "0.1.0"
