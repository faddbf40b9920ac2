"""The WebSocket as the integration of Home Assistant that has moved to it uses it: with aiohttp, both kinds of hash,
the status put together of its parts, and what it sets in secured messages.

usage: home_assistant_socket.py HTTP, with the password in GOE_PASSWORD
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import secrets

import aiohttp
import bcrypt
from charger import PATIENCE_S, checked, equal, expect

STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
OF_BCRYPT = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def hashed(kind, password, serial):
    if kind == "pbkdf2":
        key = hashlib.pbkdf2_hmac("sha512", password.encode(), serial.encode(), 100_000, 256)
        return base64.b64encode(key).decode()[:32]
    salt = bytes(int(digit) for digit in serial).rjust(16, b"\0")
    salt = base64.b64encode(salt).decode().rstrip("=").translate(str.maketrans(STANDARD, OF_BCRYPT))
    salt = f"$2a$08${salt}"
    return bcrypt.hashpw(sha256(password).encode(), salt.encode()).decode()[len(salt):]


class Socket:
    def __init__(self, connection, password):
        self.connection, self.password, self.number, self.status = connection, password, 0, {}

    async def next(self, kind):
        """The next message of a kind; changes are kept on the way."""
        while True:
            message = await self.connection.receive_json(timeout=PATIENCE_S)
            if message["type"] == "deltaStatus":
                self.status.update(message["status"])
            if message["type"] == kind:
                return message

    async def come_in(self):
        hello = await self.next("hello")
        expect(int(hello["version"].split(".")[0]) > 0, "a version is", hello["version"])
        asked = await self.next("authRequired")
        self.hash = hashed(asked["hash"], self.password, hello["serial"])
        token3 = secrets.token_hex(16)
        proof = sha256(token3 + asked["token2"] + sha256(asked["token1"] + self.hash))
        await self.connection.send_json({"type": "auth", "token3": token3, "hash": proof})
        await self.next("authSuccess")
        while True:
            part = await self.next("fullStatus")
            self.status.update(part["status"])
            if not part["partial"]:
                return

    async def set(self, key, value):
        self.number += 1
        data = json.dumps({"type": "setValue", "requestId": self.number, "key": key, "value": value})
        seal = hmac.new(self.hash.encode(), data.encode(), hashlib.sha256).hexdigest()
        await self.connection.send_json(
            {"type": "securedMsg", "data": data, "requestId": f"{self.number}sm", "hmac": seal})
        answer = await self.next("response")
        equal("the number of an answer", answer["requestId"], str(self.number))
        return answer


async def talk(charger):
    password = os.environ["GOE_PASSWORD"]
    async with aiohttp.ClientSession() as session, session.ws_connect(f"ws://{charger.address}/ws", heartbeat=10) as connection:
        socket = Socket(connection, password)
        await socket.come_in()
        equal("the keys", sorted(socket.status), sorted(charger.status()))
        for key, value in {"amp": 14, "fna": "Garage \"ä\"", "dwo": None}.items():
            answer = await socket.set(key, value)
            equal(f"a set of {key}", (answer["success"], answer.get("status")), (True, {key: value}))
            equal(key, charger.value(key), value)
        for key, value, why in (
            ("amp", 5, "amp: failed: Value 5 exceeds range 6 to 32 (5)"),
            ("alw", True, "alw: tried to set api key without setter (true)"),
            ("nosuch", 1, "nosuch: unknown api key"),
        ):
            answer = await socket.set(key, value)
            equal(f"a set of {key}", (answer["success"], answer.get("message")), (False, why))
        charger.set(amp=15)
        while socket.status["amp"] != 15:
            await socket.next("deltaStatus")


with checked("Home Assistant's integration on the WebSocket") as charger:
    asyncio.run(talk(charger))
