"""One thread for numpy's linear algebra, set before numpy is first imported.

Our matrices are tiny: OpenBLAS's threads gain nothing on them, and when the machine is busy they wait for each
other by spinning (25 ms a query instead of 1 ms on two loaded cores). An environment that sets it wins.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
