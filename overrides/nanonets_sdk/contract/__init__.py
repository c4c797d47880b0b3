"""Contract tests of a service, a mock or a client against the API description: `nanonets contract`.

    plugin, proxy              the fixture `nanonets_contract`; a server between a client and a service
    probing                    the questions that only somebody with an account can settle
    searching                  requests that schemathesis generates
    proving                    a request for each operation, spelling and status that can be provoked
    judging                    requests and replies held to the description, and to facts that no schema can state
    description                the operations of the description

Nothing here imports the client, whose requests are judged.
"""

from __future__ import annotations

from nanonets_sdk._openapi import DEVIATIONS, GENERATOR_CONFIG, LOCK, SPEC, locate

__all__ = ["DEVIATIONS", "GENERATOR_CONFIG", "LOCK", "SPEC", "locate"]
