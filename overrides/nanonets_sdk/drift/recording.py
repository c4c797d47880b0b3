"""Records the shapes of traffic, without its values."""

from nanonets_sdk.drift.traffic.recording import TrafficRecorder

__all__ = ["TrafficRecorder"]
