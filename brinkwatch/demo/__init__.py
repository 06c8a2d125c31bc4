"""The demo: a feed server that replays the sample articles over real HTTP, so that there is always something to see.

It knows nothing of polling, understanding or storing: to those it is one more publisher on the network.
"""

from brinkwatch.demo.samples import load_seeds, seeds_dir
from brinkwatch.demo.server import DemoServer, make_app, serve
from brinkwatch.demo.timetable import Issued, schedule

__all__ = ["DemoServer", "Issued", "load_seeds", "make_app", "schedule", "seeds_dir", "serve"]
