"""A proxy for clients whose address is fixed: it lets one name lead to the server, and nothing else anywhere.

    proxy.py PORT                        the server has a certificate for the name: what comes is passed on
    proxy.py PORT CERTIFICATE.pem KEY    the proxy has it: TLS ends here

It prints its own port.
"""

import asyncio
import ssl
import sys

NAME = "commentanalyzer.googleapis.com:443"


async def serve(reader, writer):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        method, asked, _ = head.split(b"\r\n")[0].decode().split(" ")
        if (method, asked) != ("CONNECT", NAME):
            print(f"the proxy was asked to {method} {asked}", file=sys.stderr)
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        if tls:
            await writer.start_tls(tls)
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, upstream_writer), pass_on(upstream_reader, writer))
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def pass_on(reader, writer):
    """Passes on what comes, until no more does."""
    try:
        while received := await reader.read(65536):
            writer.write(received)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


port = int(sys.argv[1])
tls = None
if len(sys.argv) > 2:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*sys.argv[2:])
asyncio.run(main())
