"""The bot. Imported before anything that imports numpy, to say this:

One thread for numpy's linear algebra. Our matrices are tiny: OpenBLAS's threads gain nothing on them, and on a busy
machine they wait for each other by spinning (p95 16 to 120 ms a query instead of 1.3 under load). The environment can
override.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
