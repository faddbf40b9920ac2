"""Home Assistant as it runs, by what its own page uses: HTTP and the WebSocket.

What is waited for is looked at again with each event that it tells, and a second that
nothing comes in ends at PATIENCE_S.
"""

import asyncio
import collections

import aiohttp

PATIENCE_S = 60
CLIENT = "http://127.0.0.1/"


class Core:
    """Its first user, in one session."""

    def __init__(self, session, base):
        self.session, self.base = session, base
        self.number = 0
        self.events = collections.deque()

    async def begin(self):
        """Waits until it serves, makes the first user, and opens the socket."""
        await self._come_up()
        user = {"client_id": CLIENT, "name": "CI", "username": "ci", "password": "of CI alone", "language": "en"}
        code = (await self.post("/api/onboarding/users", json=user))["auth_code"]
        grant = {"grant_type": "authorization_code", "client_id": CLIENT, "code": code}
        token = (await self.post("/auth/token", data=grant))["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.socket = await self.session.ws_connect(f"{self.base}/api/websocket", max_msg_size=0)
        await self.socket.receive_json(timeout=PATIENCE_S)
        await self.socket.send_json({"type": "auth", "access_token": token})
        answer = await self.socket.receive_json(timeout=PATIENCE_S)
        if answer["type"] != "auth_ok":
            raise SystemExit(f"FAILED: Home Assistant does not let its user in: {answer}")
        await self.ask("subscribe_events")

    async def _come_up(self):
        # Until its port is open nothing tells that it will be.
        for _ in range(PATIENCE_S * 10):
            try:
                async with self.session.get(f"{self.base}/api/onboarding") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)
        raise SystemExit(f"FAILED: Home Assistant does not answer at {self.base} in {PATIENCE_S} s")

    async def post(self, path, **body):
        async with self.session.post(self.base + path, **body) as answer:
            if answer.status >= 400:
                raise SystemExit(f"FAILED: Home Assistant answers {path} with {answer.status}: {await answer.text()}")
            return await answer.json()

    async def ask(self, kind, **more):
        """The result of a command."""
        self.number += 1
        await self.socket.send_json({"id": self.number, "type": kind, **more})
        while (message := await self._receive()).get("type") != "result" or message["id"] != self.number:
            self.events.append(message)
        if not message["success"]:
            raise SystemExit(f"FAILED: Home Assistant refuses {kind} {more}: {message['error']}")
        return message["result"]

    async def _receive(self):
        return await self.socket.receive_json(timeout=PATIENCE_S)

    async def until(self, what, probe):
        """What `probe` finds, once it finds something."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while (found := await probe()) is None:
                    if not self.events:
                        self.events.append(await self._receive())
                    self.events.clear()
                return found
        except TimeoutError:
            raise SystemExit(f"FAILED: Home Assistant: {what} does not come in {PATIENCE_S} s") from None

    async def entity(self, unique_id):
        """Name of the entity that a device describes by that."""

        async def probe():
            entities = await self.ask("config/entity_registry/list")
            return next((one["entity_id"] for one in entities if one["unique_id"] == unique_id), None)

        return await self.until(f"an entity {unique_id}", probe)

    async def state(self, entity, holds):
        """The first state of an entity for which that holds."""

        async def probe():
            states = {one["entity_id"]: one["state"] for one in await self.ask("get_states")}
            state = states.get(entity)
            return state if state not in (None, "unknown", "unavailable") and holds(state) else None

        return await self.until(f"the state of {entity}", probe)

    async def call(self, service, **data):
        domain, name = service.split(".")
        await self.ask("call_service", domain=domain, service=name, service_data=data)
