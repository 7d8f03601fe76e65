"""A message to an address that somebody named: guarded, bounded and in time as every fetch is, but
without manners for crawlers, since whoever named the address wants to be told."""

from collections.abc import Mapping

import requests
from requests.utils import get_environ_proxies

from pipeline.core.failures import Rejected, Unavailable
from pipeline.fetching.policy import Policy
from pipeline.fetching.transport.adapter import session_on, tls_context
from pipeline.fetching.transport.errors import TRANSPORT_ERRORS, Failed, outcome_of
from pipeline.fetching.transport.guard import Guard
from pipeline.fetching.transport.sockets import Line
from pipeline.fetching.transport.target import target_of

MAX_ANSWER_BYTES = 100_000  # bytes of the answer, headers and all; its body is not read


def post(
    url: str, body: bytes, headers: Mapping[str, str], policy: Policy
) -> int | Rejected | Unavailable:
    """Send `body`, and return the status that the receiver answers. Redirects are not followed.
    Never raises for what an address, a server or the network does."""
    line = Line(
        Guard(policy.allowed_networks, policy.own_sites), policy.connect_seconds
    )
    line.deadline.start(policy.max_seconds)
    line.allowance = MAX_ANSWER_BYTES
    try:
        target = target_of(url)
        line.guard.check_literal(target.name, target.port)
        session = session_on(line, tls_context(), policy.user_agent, policy.max_seconds)
        with session:
            request = session.prepare_request(
                requests.Request("POST", target.url, data=body, headers=dict(headers))
            )
            if policy.use_env_proxies:
                proxies = get_environ_proxies(target.url)
            else:
                proxies = {}
            left = line.deadline.left()
            with session.send(
                request, stream=True, timeout=(left, left), proxies=proxies
            ) as response:
                return int(response.status_code)
    except Failed as failed:
        return failed.outcome
    except TRANSPORT_ERRORS as error:
        return outcome_of(error)
