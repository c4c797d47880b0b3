"""Settings for all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# In CI every run tries the same examples; `--hypothesis-profile=explore` looks for new ones.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own key, base URL or proxy must not reach a test."""
    names = ("NANONETS_API_KEY", "NANONETS_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    for name in (*names, *(name.lower() for name in names)):
        monkeypatch.delenv(name, raising=False)
