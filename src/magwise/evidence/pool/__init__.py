"""Several trials in, one answer out: how large the effect is, how sure, and how much the trials differ.

`pool` answers by every method at once, because the choice of method can turn the answer round;
`leave_one_out`, `cumulate`, `regress` and `examine_bias` ask what the answer hangs on. All of it is
arithmetic on values: reading a file is `tables.py`, drawing is `plots.py`. It grades nothing and
words nothing.
"""

from magwise.evidence.pool.bias import Bias, examine_bias, trim_and_fill
from magwise.evidence.pool.effects import Measure, of_events, of_means
from magwise.evidence.pool.estimate import METHODS, Pooled, pool, pool_one_way
from magwise.evidence.pool.influence import cumulate, leave_one_out
from magwise.evidence.pool.odds import mantel_haenszel, peto
from magwise.evidence.pool.regression import Regression, regress
from magwise.evidence.pool.study import NotPoolable, Study

__all__ = [
    "METHODS",
    "Bias",
    "Measure",
    "NotPoolable",
    "Pooled",
    "Regression",
    "Study",
    "cumulate",
    "examine_bias",
    "leave_one_out",
    "mantel_haenszel",
    "of_events",
    "of_means",
    "peto",
    "pool",
    "pool_one_way",
    "regress",
    "trim_and_fill",
]
