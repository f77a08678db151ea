"""A double that is served, for the tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.codeartifact_double import (
    Double,
    serve,
)
from tests.support.double_client import NOON, Clock, Serve, Service, client_for


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    """A double that is served as long as this file runs: making a client takes a while."""
    clock = Clock()
    double = Double(clock=clock)
    with serve(double) as url:
        client = client_for(url)
        yield Service(double, url, client, clock)
        client.close()


@pytest.fixture
def served(running: Service) -> Serve:
    """Makes the double a new one; the domain `acme` is there if not told otherwise."""

    def start(with_domain: bool = True, **settings: Any) -> Service:
        running.clock.now = NOON
        vars(running.double).update(vars(Double(clock=running.clock, **settings)))
        if with_domain:
            running.client.create_domain(domain="acme")
            running.double.forget_requests()
        return running

    return start


@pytest.fixture
def service(served: Serve) -> Service:
    """A double with the default answers to what is unconfirmed, and the domain `acme`."""
    return served()
