"""Learns from annotated pages where the labels' values stand, and finds them on others.

Simple on purpose, and not the service's model: a label is found by the text beside its value, or by its place on the
page.
"""

from nanonets_sdk.mock.learning.discovery import discover
from nanonets_sdk.mock.learning.example import Annotation, Guess
from nanonets_sdk.mock.learning.finding import predict
from nanonets_sdk.mock.learning.rules import Rules
from nanonets_sdk.mock.learning.training import learn
from nanonets_sdk.mock.learning.untrained import rules_for

__all__ = ["Annotation", "Guess", "Rules", "discover", "learn", "predict", "rules_for"]
