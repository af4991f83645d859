"""A process that is kept alive: started again when it ends or hangs, after growing pauses, and ended for good."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from werkpad import lifeline

# Seconds: how long a child may be silent, the first time and later; how long it may be stopped by SIGSTOP.
STARTING, SILENCE, STOPPED = 120.0, 35.0, 10.0
ASKED_EVERY, SWEPT_EVERY = 2.0, 2.0
# One that lived this long did not fail at once; the longest pause before another attempt.
SETTLED, LONGEST_PAUSE = 60.0, 30.0

Start = Callable[[], "subprocess.Popen[Any]"]


def say(text: str, *, err: bool = True) -> None:
    """A line for the operator; where nobody can read any more, nothing."""
    try:
        click.echo(text, err=err)
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EIO):
            # The terminal or the reader is gone; what is still in the buffer must not fail at the end either.
            with contextlib.suppress(OSError), Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), (sys.stderr if err else sys.stdout).fileno())


def spawn(name: str, command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that ends with this one; what it prints gets its name in front."""
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lifeline.ending_with_this_process(signal.SIGKILL),
    )
    threading.Thread(target=_repeat, args=(name, process), daemon=True).start()
    return process


def _repeat(name: str, process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None  # noqa: S101 - piped
    with process.stdout:
        for line in process.stdout:
            say(f"{name:8}| {line.decode(errors='replace').rstrip()}", err=False)


class Child:
    """One process and all that descend from it.

    `is_ready` tells whether those that need it can start; `answers` whether it says anything within some seconds;
    `stop_with` and `hurry_with` are the signals that end it in an orderly way, and at once.
    """

    def __init__(
        self,
        name: str,
        start: Start,
        *,
        needs: Sequence[Child] = (),
        is_ready: Callable[[], bool] = lambda: True,
        answers: Callable[[float], bool] | None = None,
        stop_with: signal.Signals = signal.SIGTERM,
        hurry_with: signal.Signals = signal.SIGKILL,
        hint: str = "",
    ) -> None:
        self.name = name
        self.needs = needs
        self.stop_with = stop_with
        self.hurry_with = hurry_with
        self.process: subprocess.Popen[Any] | None = None
        self.failures = 0
        self._start = start
        self._is_ready = is_ready
        self._hint = hint
        self._group = 0
        self._begin_after = 0.0
        self._began = 0.0
        self._heard: float | None = None
        self._stopped_since: float | None = None
        self._ending = False
        if answers is not None:
            threading.Thread(target=self._keep_asking, args=(answers,), daemon=True).start()
        self._asked = answers is not None

    def is_ready(self) -> bool:
        """Whether it runs, and does its work."""
        return self.process is not None and not lifeline.has_ended(self.process) and self._is_ready()

    @property
    def has_answered(self) -> bool:
        """Whether it answered since it was started."""
        return self.process is not None and self._heard is not None

    def look_after(self) -> None:
        """Start it where it should run and doesn't; end it where it runs and doesn't work."""
        if self.process is None:
            self._begin()
        elif lifeline.has_ended(self.process):
            self._has_ended(self.process)
        elif not self._ending and (trouble := self._trouble(self.process.pid)):
            say(f"{self.name} {trouble}; ending it.")
            lifeline.end_group(self.process.pid)
            self._ending = True

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process itself, which tells those that descend from it."""
        if self.process is not None and not lifeline.has_ended(self.process):
            # Popen's own would reap it, and then its number would stand for nobody.
            os.kill(self.process.pid, number)
            # One that was stopped would never hear it.
            os.kill(self.process.pid, signal.SIGCONT)

    def is_gone(self) -> bool:
        """Whether nothing is left of it, nor of its group; what outlived the process is killed."""
        if self.process is not None:
            if not lifeline.has_ended(self.process):
                return False
            self._end(self.process)
        return not self._remains()

    def kill(self) -> None:
        if self.process is not None:
            lifeline.end_group(self.process.pid)

    def _begin(self) -> None:
        now = time.monotonic()
        if now < self._begin_after or self._remains() or not all(other.is_ready() for other in self.needs):
            return
        self._began, self._heard, self._stopped_since, self._ending = now, None, None, False
        try:
            self.process = self._start()
        except OSError as error:
            self._failed(f"can't be started ({error.strerror})")

    def _has_ended(self, process: subprocess.Popen[Any]) -> None:
        self._end(process)
        self._failed(_how(process.returncode))

    def _failed(self, how: str) -> None:
        now = time.monotonic()
        self.failures = 1 if now - self._began > SETTLED else self.failures + 1
        pause = min(2.0 ** (self.failures - 2), LONGEST_PAUSE) if self.failures > 1 else 0.0
        self._begin_after = now + pause
        if pause:
            hint = f" {self._hint}" if self._hint else ""
            say(f"{self.name} {how}, {self.failures} times in a row; starting it again in {pause:g} s.{hint}")
        else:
            say(f"{self.name} {how}; starting it again.")

    def _end(self, process: subprocess.Popen[Any]) -> None:
        # While the dead one is not reaped, its number can't be anybody else's.
        lifeline.end_group(process.pid)
        process.wait()
        self._group, self.process = process.pid, None

    def _remains(self) -> bool:
        """Whether somebody of the last process's group is still there, holding its port perhaps."""
        if self._group and not lifeline.end_group(self._group):
            self._group = 0
        return bool(self._group)

    def _trouble(self, pid: int) -> str:
        now = time.monotonic()
        if not lifeline.is_stopped(pid):
            self._stopped_since = None
        elif self._stopped_since is None:
            self._stopped_since = now
        elif now - self._stopped_since > STOPPED:
            return "is stopped (by SIGSTOP?)"
        if self._asked:
            since = self._began + STARTING - SILENCE if self._heard is None else self._heard
            if now - since > SILENCE:
                if all(other.is_ready() for other in self.needs):
                    return f"has not answered for {now - (self._heard or self._began):.0f} s"
                # It may well be silent because of them.
                self._heard = now
        return ""

    def _keep_asking(self, answers: Callable[[float], bool]) -> None:
        while True:
            if self.process is not None and answers(SILENCE):
                self._heard = time.monotonic()
            time.sleep(ASKED_EVERY)


class Family:
    """All children, looked after together until the operator wants to stop."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        """`pause` waits some seconds; it raises when it is time to stop."""
        self.children: list[Child] = []
        self._pause = pause
        self._swept = 0.0

    def turn(self, *others: int) -> None:
        """Look after everybody once, and wait a little; orphans are ended, but for `others`."""
        before = self._known()
        for child in self.children:
            child.look_after()
        now = time.monotonic()
        if before - self._known() or now > self._swept + SWEPT_EVERY:
            lifeline.end_orphans(self._known().union(others))
            self._swept = now
        self._pause(0.1)

    def _known(self) -> set[int]:
        return {child.process.pid for child in self.children if child.process is not None}

    def run(self, command: Sequence[str], environment: dict[str, str]) -> int:
        """Run a command to its end while the children are looked after; its status."""
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lifeline.ending_with_this_process(signal.SIGKILL),
        )
        try:
            while not lifeline.has_ended(process):
                self.turn(process.pid)
        finally:
            lifeline.end_group(process.pid)
            process.wait()
        return process.returncode

    def stop(self, children: Sequence[Child], patience: float, hurry: threading.Event) -> None:
        """End these children, in an orderly way for `patience` seconds and not longer than the operator likes."""
        for child in children:
            child.signal(child.stop_with)
        if self._gone(children, patience, hurry):
            return
        for child in children:
            child.signal(child.hurry_with)
        if self._gone(children, 5.0, None):
            return
        for child in children:
            child.kill()
        self._gone(children, 5.0, None)

    def _gone(self, children: Sequence[Child], patience: float, hurry: threading.Event | None) -> bool:
        end = time.monotonic() + patience
        while not all([child.is_gone() for child in children]):  # noqa: C419 - not at the first one only
            if time.monotonic() > end or (hurry is not None and hurry.is_set()):
                return False
            time.sleep(0.05)
        return True


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    with contextlib.suppress(ValueError):
        return f"ended with signal {-status} ({signal.Signals(-status).name})"
    return f"ended with signal {-status}"
