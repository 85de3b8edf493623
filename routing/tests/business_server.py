"""A customer's server, as a process of its own: answers well, badly, slowly, without end, or leads elsewhere.

    python business_server.py PORT LOG [CERTIFICATE KEY]

`/say?answer=<JSON>` answers just that. Every request is a line of LOG: {"path", "query", "headers", "body"}.
"""

import asyncio
import json
import ssl
import sys
from urllib.parse import parse_qs, urlsplit

OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GROUP_LESS = '{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}'
seen: dict[str, int] = {}


async def serve(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        url = urlsplit(lines[0].split(" ")[1])
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        line = {"method": lines[0].split(" ")[0], "path": url.path, "raw_query": url.query, "query": query,
                "headers": {key: value for key, value in headers.items()}, "body": body.decode()}  # fmt: skip
        with open(LOG, "a") as log:
            log.write(json.dumps(line) + "\n")
        await ANSWERS[url.path.strip("/")](writer, query, body)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def send(writer, body, head=OK):
    data = body.encode()
    writer.write(f"{head}Content-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data)


async def say(writer, query, body):
    send(writer, query["answer"])


async def fail(writer, query, body):
    send(writer, "oops", "HTTP/1.1 500 Internal Server Error\r\n")


async def flaky(writer, query, body):
    """Fails the first time that it is asked about a session."""
    session = json.loads(body)["SessionId"]
    seen[session] = seen.get(session, 0) + 1
    await (fail(writer, query, body) if seen[session] == 1 else say(writer, query, body))


async def silent(writer, query, body):
    await asyncio.sleep(60)


async def drip_body(writer, query, body):
    writer.write(f"{OK}Content-Length: 1000\r\n\r\n".encode())
    await drip(writer, b" ")


async def drip_head(writer, query, body):
    writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    await drip(writer, b"x")


async def drip(writer, byte):
    for _ in range(600):
        writer.write(byte)
        await writer.drain()
        await asyncio.sleep(0.1)


async def huge(writer, query, body):
    """1 GB of JSON."""
    writer.write(f"{OK}Content-Length: {10**9}\r\n\r\n".encode())
    for _ in range(10**9 // 65536):
        writer.write(b" " * 65536)
        await writer.drain()


async def bad_json(writer, query, body):
    send(writer, '{"ActionStatus": "OK", "ErrorCode": 0, ')


async def redirect(writer, query, body):
    send(writer, "", f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{PORT}/trap\r\n")


async def trap(writer, query, body):
    send(writer, GROUP_LESS)


ANSWERS = {
    "say": say, "500": fail, "flaky": flaky, "silent": silent, "drip-body": drip_body, "drip-head": drip_head,
    "huge": huge, "bad-json": bad_json, "redirect": redirect, "trap": trap,
}  # fmt: skip


async def main():
    context = None
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*sys.argv[3:5])
    server = await asyncio.start_server(serve, "127.0.0.1", PORT, ssl=context)
    await server.serve_forever()


if __name__ == "__main__":
    PORT, LOG = int(sys.argv[1]), sys.argv[2]
    asyncio.run(main())
