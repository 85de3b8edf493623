"""Adds up several pytest runs: python -m tests.summary RESULTS.xml=EXIT_CODE …

Prints `N passed, N failed, N skipped` and fails if a test failed, a run broke off, or nothing ran at all.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

FINISHED = {0, 1, 5}  # pytest: all passed, some failed, none collected


def main(runs: list[str]) -> int:
    passed = failed = skipped = 0
    for run in runs:
        path, _, code = run.rpartition("=")
        if int(code) not in FINISHED or not Path(path).exists():
            print(f"{path}: pytest did not finish (exit {code})")
            failed += 1
            continue
        for suite in ElementTree.parse(path).iter("testsuite"):
            tests, failures, errors, left_out = (
                int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
            )
            failed += failures + errors
            skipped += left_out
            passed += max(tests - failures - errors - left_out, 0)
        failed += int(code) == 1 and failed == 0  # failed, though no test is to blame
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
