"""What is looked at again and again while a registry is mirrored in Firestore.

Only for the scripts beside it.
"""
import contextlib
import http.client
import threading
import time

import firestore
import workspace


class Sampler(threading.Thread):
    """Looks again and again; use as a context manager."""

    def __init__(self, seconds):
        super().__init__(daemon=True)
        self.every = seconds
        self.ending = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.join(10)

    def run(self):
        while not self.ending.wait(self.every):
            # Nobody answers: the gateway is killed, or Firestore is dropped.
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException, workspace.Failure):
                self.look()


class Watch(Sampler):
    """What the gateway says of the registry: (moment, word)."""

    def __init__(self, place):
        super().__init__(0.25)
        self.place = place
        self.said = []

    def look(self):
        self.said.append((time.monotonic(), self.place.admin("/cluster")["registry"]["sync"]))

    def first(self, word, since):
        """How long after a moment it was said first; None = not yet."""
        return next((round(at - since, 2) for at, said in self.said if said == word and at > since), None)


class Writes(Sampler):
    """When documents were written by the gateway: update times by document. A document is written once a second at most, so
    hardly any is missed."""

    def __init__(self, emulator):
        super().__init__(0.3)
        self.emulator = emulator
        self.paused = False
        self.times = {}

    def look(self):
        if not self.paused:
            for key, (update, _) in self.emulator.documents(only="revision").items():
                self.times.setdefault(key, set()).add(update)

    def most(self):
        """The most of one document within a minute, less the half second that one may take until Firestore has made it."""
        all_times = [sorted(map(firestore.seconds, times)) for times in self.times.values()]
        return max(sum(at <= one < at + 59.5 for one in times) for times in all_times for at in times)
