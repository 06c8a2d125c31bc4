"""`python -m brinkwatch.observe.probe PORT`: exit status 0 where the service on this machine is ready; for health checks."""

from __future__ import annotations

import http.client
import sys


def is_ready(port: int) -> bool:
    """Whether /readyz of the service on this machine's `port` answers 200 within 4 seconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(sys.argv[1])) else 1)
