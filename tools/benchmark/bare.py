"""An application that answers every request with the same bytes: what a server in Python can do at all.

python bare.py PORT FILE
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(port: int, body: bytes) -> None:
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    application = Starlette(routes=[Route("/", answer, methods=["POST"])])
    uvicorn.run(application, port=port, http="h11", loop="asyncio", log_level="error", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]).read_bytes())
