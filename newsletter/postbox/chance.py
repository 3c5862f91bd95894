"""Chance: what was put off together must not come back at the same moment."""

from random import SystemRandom

chance = SystemRandom().random
