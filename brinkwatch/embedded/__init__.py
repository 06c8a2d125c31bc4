"""The embedded runtime: the whole path in one asyncio process on one SQLite file, with CPU work in worker processes."""
