"""What happened in a run, counted: so that one sees that the seeds do exercise what they promise."""

from collections import Counter

Tally = Counter[str]
