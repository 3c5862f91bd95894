"""Chance: what was put off together must not come back at the same moment."""

import random

chance = random.random  # Python sows it anew in each process that is forked
