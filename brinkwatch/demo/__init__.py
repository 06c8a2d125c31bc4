"""The demo: a feed server that replays the sample articles over real HTTP, so that there is always something to see.

It knows nothing of polling, understanding or storing: to those it is one more publisher on the network.
"""
