"""Records the shapes of traffic, without its values."""

from nanonets_sdk.drift.traffic.recording import Record, TrafficRecorder, record_of

__all__ = ["Record", "TrafficRecorder", "record_of"]
