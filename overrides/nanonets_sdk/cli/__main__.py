"""`python -m nanonets_sdk.cli`, the same as the command `nanonets`."""

from nanonets_sdk.cli import main

main()
