"""Settings of hypothesis for the contract tests: a given number of examples, the same in every run."""

from typing import Final

from hypothesis import HealthCheck, Phase, settings

# Whole replies and requests are large, and servers are shared by the examples.
_EXPECTED: Final = [
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
    HealthCheck.function_scoped_fixture,
]


def bounded(max_examples: int) -> settings:
    """Return settings that try so many examples."""
    return settings(
        max_examples=max_examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=_EXPECTED,
    )
