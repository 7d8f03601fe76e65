"""What infra/compose.*.yml lay over docker-compose.yml keeps what that promises. Needs no
Docker."""

import re
from typing import Any

import pytest
import yaml

from infra.local.processes import PROCFILE_SMALL, commands
from infra.local.stack import CHECKOUT
from myworld.networks import network
from tests.infra.test_compose import OURS, SERVICES

FILES = {
    path.stem.removeprefix("compose."): path
    for path in sorted((CHECKOUT / "infra").glob("compose.*.yml"))
}
OVER: dict[str, dict[str, Any]] = {
    name: yaml.safe_load(path.read_text()).get("services", {})
    for name, path in FILES.items()
}
LASTING_OURS = {
    name for name, service in OURS.items() if service["restart"] != "no"
} - {"sample-blog"}
NEW = [
    (file, name)
    for file, services in OVER.items()
    for name in services
    if name not in SERVICES
]


@pytest.mark.parametrize(("file", "name"), NEW)
def test_a_further_container_has_limits_and_no_privileges_either(
    file: str, name: str
) -> None:
    service = OVER[file][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"]


@pytest.mark.parametrize("file", ["pooled", "cluster"])
def test_every_process_of_the_product_goes_the_new_way_and_waits_for_it(
    file: str,
) -> None:
    changed = {name: service for name, service in OVER[file].items() if name in OURS}
    # A dump is of one moment, which one connection holds on to: it does without the pool.
    without = {"backup"} if file == "pooled" else set()
    assert set(changed) == LASTING_OURS - without
    new = {name for where, name in NEW if where == file}
    for service in changed.values():
        assert set(service["depends_on"]) == new
        assert service["environment"] == changed["web"]["environment"]


def test_the_nodes_that_workers_turn_to_are_those_that_form_the_cluster() -> None:
    named = OVER["cluster"]["web"]["environment"]["BROKER_HOST"].split(",")
    told = re.findall(
        r"nodes\.\d = rabbit@(\S+)",
        (CHECKOUT / "infra/rabbitmq/cluster.conf").read_text(),
    )
    there = [
        name
        for name in [*SERVICES, *OVER["cluster"]]
        if name.startswith("service-rabbitmq")
    ]
    assert named == told == list(dict.fromkeys(there))
    hosts = {
        name: {**SERVICES.get(name, {}), **OVER["cluster"][name]}["hostname"]
        for name in named
    }
    assert hosts == {name: name for name in named}, "a node is named after its host"


def test_the_nodes_differ_in_nothing_but_their_names() -> None:
    second, third = (
        yaml.safe_dump(OVER["cluster"][f"service-rabbitmq-{n}"]).replace(f"-{n}", "")
        for n in (2, 3)
    )
    assert second == third
    assert (
        OVER["cluster"]["service-rabbitmq-2"]["image"]
        == SERVICES["service-rabbitmq"]["image"]
    )
    assert (
        OVER["cluster"]["service-rabbitmq-2"]["healthcheck"]
        == SERVICES["service-rabbitmq"]["healthcheck"]
    )


def test_the_pool_takes_as_many_as_its_server_gives_and_as_many_as_ask() -> None:
    pool = dict(
        re.findall(
            r"(?m)^(\w+) = (\d+)$",
            (CHECKOUT / "infra/pgbouncer/pgbouncer.ini").read_text(),
        )
    )
    server = dict(
        re.findall(
            r"(?m)^(\w+) = (\d+)",
            (CHECKOUT / "infra/postgres/postgresql.conf").read_text(),
        )
    )
    assert (
        int(pool["default_pool_size"])
        < int(server["max_connections"])
        < int(pool["max_client_conn"])
    )


def test_https_ends_at_a_proxy_that_the_pages_believe() -> None:
    proxy = OVER["https"]["https"]
    _, port = proxy["command"][-1].split(":")
    assert proxy["command"][-2:] == ["--to", f"web:{port}"]
    assert f"--bind=0.0.0.0:{port}" in SERVICES["web"]["command"]
    assert set(proxy["networks"]) <= set(SERVICES["web"]["networks"])
    trusted = OVER["https"]["web"]["environment"]["TRUSTED_PROXIES"].split(",")
    assert [network(each, "TRUSTED_PROXIES").is_private for each in trusted] == [
        True
    ] * 3


def test_in_small_one_container_does_the_work_of_all_that_it_switches_off() -> None:
    over = OVER["small"]
    off = {name for name, service in over.items() if "profiles" in service}
    assert off == LASTING_OURS - {"web", "backup"}
    web = over["web"]
    small = commands(PROCFILE_SMALL)["together"].split()
    assert web["command"] == ["env", "WEB_BIND=0.0.0.0", *small[1:]]
    reach = {
        network for name in {*off, "web"} for network in SERVICES[name]["networks"]
    }
    assert set(web["networks"]) == reach
    graces = (SERVICES[name].get("stop_grace_period", "10s") for name in off)
    assert web["stop_grace_period"] == max(graces, key=lambda text: int(text[:-1]))


def test_in_small_the_servers_stay_within_their_containers() -> None:
    for name, file, setting in (
        ("service-rabbitmq", "rabbitmq", "vm_memory_high_watermark.absolute = "),
        ("postgres", "postgres", "effective_cache_size = "),
    ):
        text = (CHECKOUT / f"infra/{file}/small.conf").read_text()
        allowed = int(re.findall(rf"(?m)^{re.escape(setting)}(\d+)MB$", text)[0])
        assert allowed < int(OVER["small"][name]["mem_limit"].removesuffix("m"))
