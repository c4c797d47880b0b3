"""The one folder of the client that imports httpx: requests, attempts, deadlines, retries and connection pools."""
