"""The double itself: the state behind a lock, the log of requests, latency and throttling."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from tests.support.codeartifact_double.errors import NotImplementedByDouble, ServiceError, Throttled
from tests.support.codeartifact_double.operations import OPERATIONS, WRITES
from tests.support.codeartifact_double.settings import Limits, Switches
from tests.support.codeartifact_double.snapshot import DomainSnapshot, Snapshot, snapshot
from tests.support.codeartifact_double.state import Call, Output, World

DEFAULT_ACCOUNT = "111122223333"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was answered; `error` is the name of the error, or None."""

    operation: str
    parameters: Mapping[str, Any]
    account: str
    region: str
    error: str | None = None

    @property
    def is_write(self) -> bool:
        """Whether the operation is one that changes something."""
        return self.operation in WRITES


@dataclass
class Double:
    """What a test holds: it sets the double up, and looks at what became of it.

    `accounts` gives the account of an access key; other keys are of the default account. `latency`
    is in milliseconds per call. `writes_per_second` throttles per account, as UG service-limits.
    Questions to STS are neither logged nor hindered.
    """

    switches: Switches = field(default_factory=Switches)
    limits: Limits = field(default_factory=Limits)
    accounts: Mapping[str, str] = field(default_factory=dict)
    latency: float = 0
    writes_per_second: int | None = None
    clock: Callable[[], float] = time.time
    _world: World = field(default_factory=World, init=False, repr=False)
    _requests: list[Request] = field(default_factory=list, init=False, repr=False)
    _writes: dict[str, deque[float]] = field(
        default_factory=lambda: defaultdict(deque), init=False, repr=False
    )
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def account_of(self, access_key: str) -> str:
        """The account that an access key belongs to."""
        return self.accounts.get(access_key, DEFAULT_ACCOUNT)

    def answer(self, request: Request) -> Output:
        """Carry out a request, or raise the error that answers it. Requests take effect in turn."""
        if self.latency:
            time.sleep(self.latency / 1000)
        with self._lock:
            try:
                return self._carry_out(request)
            except ServiceError as error:
                self._log(request, error.shape)
                raise
            except NotImplementedByDouble:
                self._log(request, "NotImplemented")
                raise

    def refuse(self, request: Request, error: ServiceError) -> None:
        """Log a request whose parameters were refused."""
        with self._lock:
            self._log(request, error.shape)

    def _carry_out(self, request: Request) -> Output:
        if request.operation not in OPERATIONS:
            raise NotImplementedByDouble(f"The double does not implement {request.operation}")
        if request.is_write:
            self._throttle(request.account)
        call = Call(
            account=request.account,
            region=request.region,
            now=self.clock(),
            parameters=request.parameters,
            switches=self.switches,
            limits=self.limits,
        )
        self._world, output = OPERATIONS[request.operation](self._world, call)
        self._log(request)
        return output

    def _throttle(self, account: str) -> None:
        if self.writes_per_second is None:
            return
        now, recent = self.clock(), self._writes[account]
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= self.writes_per_second:
            raise Throttled(seconds=1)
        recent.append(now)

    def _log(self, request: Request, error: str | None = None) -> None:
        self._requests.append(replace(request, error=error))

    # What tests look at.

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests since the start or the last `forget_requests`, in the order of effect."""
        with self._lock:
            return tuple(self._requests)

    @property
    def writes(self) -> tuple[Request, ...]:
        """Those of the requests that would change something."""
        return tuple(request for request in self.requests if request.is_write)

    def forget_requests(self) -> None:
        """Empty the log."""
        with self._lock:
            self._requests.clear()

    def forget_everything(self) -> None:
        """Empty the log and every account."""
        with self._lock:
            self._requests.clear()
            self._writes.clear()
            self._world = World()

    def snapshot(self) -> Snapshot:
        """The state as plain data: domains by ARN."""
        with self._lock:
            return snapshot(self._world)

    def domain(self, name: str) -> DomainSnapshot:
        """The one domain of a name, in whichever account and Region."""
        (found,) = (domain for domain in self.snapshot().values() if domain["name"] == name)
        return found
