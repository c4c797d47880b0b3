"""The one folder that knows httpx: what leaves this machine, and what comes back."""
