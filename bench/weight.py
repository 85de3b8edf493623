"""How heavy the chat page's first load is: python -m bench.weight <address of the chat page>

Prints the gzip bytes of every script and style sheet that the page names, and their sum.
"""

import gzip
import re
import sys
from urllib.parse import urljoin

import httpx


def main(address: str) -> None:
    page = httpx.get(address).text
    names = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:js|css))"', page)))
    sizes = {name: len(gzip.compress(httpx.get(urljoin(address, name)).content, 9)) for name in names}
    for name, size in sorted(sizes.items(), key=lambda item: -item[1]):
        print(f"{size:>7} {name}")
    print(f"{sum(sizes.values()):>7} bytes of JS and CSS in {len(sizes)} files")


if __name__ == "__main__":
    main(sys.argv[1])
