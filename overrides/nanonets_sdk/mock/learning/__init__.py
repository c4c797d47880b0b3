"""Learns from annotated pages how to find the values of labels on other pages.

Simple on purpose, and unlike the service's models: a value is found by the text beside it or by its place on the page.
"""

from nanonets_sdk.mock.learning.finding import discover, predict
from nanonets_sdk.mock.learning.model import Annotation, Guess, Rules
from nanonets_sdk.mock.learning.training import learn, rules_for

__all__ = ["Annotation", "Guess", "Rules", "discover", "learn", "predict", "rules_for"]
