"""The manifests in infra/kubernetes: valid, and the same as what docker-compose.yml and the queues
say."""

import ipaddress
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import make_secrets
from pipeline.broker.queues import STAGES, WORKERS

CHECKOUT = Path(__file__).parents[2]
VERSIONS = ("1.32", "1.37")  # of Kubernetes
BACKUP_DIR = "/var/backups/gleaner"
MANIFESTS = CHECKOUT / "infra/kubernetes"
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())["services"]
KUSTOMIZATION = yaml.safe_load((MANIFESTS / "kustomization.yaml").read_text())
OBJECTS: list[dict[str, Any]] = [
    found
    for path in sorted(MANIFESTS.glob("*.yaml"))
    if path.name != "kustomization.yaml"
    for found in yaml.safe_load_all(path.read_text())
]


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    return {
        found["metadata"]["name"]: found for found in OBJECTS if found["kind"] == kind
    }


DEPLOYMENTS = of_kind("Deployment")
CRON_JOBS = of_kind("CronJob")
PODS = {
    name: found["spec"]["template"]
    for name, found in (DEPLOYMENTS | of_kind("Job")).items()
} | {
    name: found["spec"]["jobTemplate"]["spec"]["template"]
    for name, found in CRON_JOBS.items()
}
WORKERS_OF = {
    name.removeprefix("worker-"): found
    for name, found in DEPLOYMENTS.items()
    if name.startswith("worker-")
}


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def test_every_manifest_is_part_of_the_kustomization() -> None:
    assert sorted(KUSTOMIZATION["resources"]) == sorted(
        path.name
        for path in MANIFESTS.glob("*.yaml")
        if path.name != "kustomization.yaml"
    )


@pytest.mark.parametrize(
    "path", sorted(MANIFESTS.glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_manifest_holds_to_the_schema_of_kubernetes(path: Path) -> None:
    check_schemas(path.read_text())


def check_schemas(manifests: str) -> None:
    checker = pytest.importorskip("kubernetes_validate")
    for found in yaml.safe_load_all(manifests):
        # Kinds of KEDA and kustomize are not part of Kubernetes.
        if not found["apiVersion"].startswith(("keda.sh/", "kustomize.")):
            for version in VERSIONS:
                checker.validate(found, version, strict=True)


@pytest.mark.skipif(not shutil.which("kubectl"), reason="no kubectl")
def test_kustomize_builds_it() -> None:
    built = subprocess.run(
        ["kubectl", "kustomize", str(MANIFESTS)], capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    check_schemas(built.stdout)
    objects = list(yaml.safe_load_all(built.stdout))
    assert len(objects) == len(OBJECTS) + len(KUSTOMIZATION["configMapGenerator"])
    images = set(re.findall(r"image: (\S+)", built.stdout))
    assert images == {
        f"{KUSTOMIZATION['images'][0]['newName']}:{KUSTOMIZATION['images'][0]['newTag']}"
    }


def test_each_stage_has_one_deployment_and_one_scaler_of_its_own_queue() -> None:
    assert set(WORKERS_OF) == set(STAGES)
    for stage, worker in WORKERS_OF.items():
        assert (
            worker["spec"]["template"]["spec"]["containers"][0]["command"]
            == COMPOSE[f"worker-{stage}"]["command"]
        )
        assert "replicas" not in worker["spec"], (
            "applying it again would undo what the scaler has done"
        )
    for stage in STAGES:
        scaler = of_kind("ScaledObject")[f"worker-{stage}"]["spec"]
        assert scaler["scaleTargetRef"]["name"] == f"worker-{stage}"
        assert scaler["triggers"][0]["metadata"]["queueName"] == stage
    assert set(of_kind("ScaledObject")) == {f"worker-{stage}" for stage in STAGES}


def test_workers_differ_only_in_stage_and_in_what_they_may_use() -> None:
    def common(stage: str, found: dict[str, Any]) -> str:
        text = yaml.safe_dump(found)
        text = re.sub(rf"\b{stage}\b", "STAGE", text)
        text = re.sub(
            r"^\s+(cpu|memory|terminationGracePeriodSeconds|gleaner/internet): .*\n",
            "",
            text,
            flags=re.M,
        )
        return re.sub(
            r"^\s+env:\n\s+- name: CONCURRENCY\n\s+value: .*\n", "", text, flags=re.M
        )

    assert len({common(stage, found) for stage, found in WORKERS_OF.items()}) == 1


@pytest.mark.parametrize("name", sorted(DEPLOYMENTS))
def test_a_pod_has_what_its_container_in_compose_has(name: str) -> None:
    service, pod = COMPOSE[name], PODS[name]["spec"]
    container = pod["containers"][0]
    assert [
        word
        for word in service["command"]
        if not word.startswith(("env", "GLEANER_PROCESS"))
    ] == container["command"]
    assert container["resources"]["limits"]["memory"].removesuffix("Mi") == service[
        "mem_limit"
    ].removesuffix("m")
    if grace := service.get("stop_grace_period"):
        assert f"{pod['terminationGracePeriodSeconds']}s" == grace
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)


def test_a_worker_is_given_longer_to_end_than_a_task_may_take() -> None:
    for stage in STAGES:
        pod = PODS[f"worker-{stage}"]["spec"]
        assert pod["terminationGracePeriodSeconds"] > WORKERS[stage].hard_seconds


@pytest.mark.parametrize("name", sorted(PODS))
def test_a_pod_holds_to_the_restricted_standard_and_writes_nowhere_but_tmp(
    name: str,
) -> None:
    spec = PODS[name]["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not spec["automountServiceAccountToken"]
    # Else a Service named postgres would set POSTGRES_PORT to tcp://... for every pod.
    assert not spec["enableServiceLinks"]
    for container in containers(PODS[name]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        mounted = [mount["mountPath"] for mount in container["volumeMounts"]]
        if name == "backup":
            assert mounted == ["/tmp", BACKUP_DIR]
        else:
            assert mounted == ["/tmp"]
        assert {"requests", "limits"} <= set(container["resources"])


@pytest.mark.parametrize("name", sorted(PODS))
def test_secrets_come_by_reference_only(name: str) -> None:
    for container in containers(PODS[name]):
        references = [*container["envFrom"]]
        assert {"secretRef": {"name": "gleaner-secrets"}} in references
        assert {each["name"] for each in container.get("env", [])} <= {
            "CONCURRENCY",
            "GLEANER_PROCESS",
        }
    assert of_kind("Secret") == {}


def test_settings_of_the_config_map_are_settings_and_no_secrets() -> None:
    names = {
        literal.split("=", 1)[0]
        for literal in KUSTOMIZATION["configMapGenerator"][0]["literals"]
    }
    known = set(
        re.findall(
            r'env\.\w+\(\s*"(\w+)"', (CHECKOUT / "myworld/settings.py").read_text()
        )
    )
    assert names <= known - set(make_secrets.FILES)


def test_the_pages_know_when_a_backup_is_due_and_where_it_goes() -> None:
    given = dict(
        literal.split("=", 1)
        for literal in KUSTOMIZATION["configMapGenerator"][0]["literals"]
    )
    assert given["BACKUP_SCHEDULE"]
    assert CRON_JOBS["backup"]["spec"]["schedule"] == "*/10 * * * *"
    assert containers(PODS["backup"])[0]["command"][-1] == "--if-due"
    dockerfile = (CHECKOUT / "infra/Dockerfile").read_text()
    assert f"BACKUP_DIR={BACKUP_DIR}" in dockerfile
    claimed = [
        volume.get("persistentVolumeClaim")
        for volume in PODS["backup"]["spec"]["volumes"]
    ]
    assert {"claimName": "backups"} in claimed
    assert set(of_kind("PersistentVolumeClaim")) == {"backups"}


def test_what_may_be_more_than_one_is_kept_up_during_maintenance() -> None:
    selectors = [
        found["spec"]["selector"] for found in of_kind("PodDisruptionBudget").values()
    ]
    expected = [
        DEPLOYMENTS[name]["spec"]["selector"]
        for name in DEPLOYMENTS
        if name not in ("beat", "sampler")
    ]
    assert sorted(selectors, key=str) == sorted(expected, key=str)


def test_there_is_never_a_second_beat() -> None:
    for name in ("beat", "sampler"):
        assert DEPLOYMENTS[name]["spec"]["replicas"] == 1
        assert DEPLOYMENTS[name]["spec"]["strategy"] == {"type": "Recreate"}


def test_only_fetch_and_discover_reach_the_internet_and_no_private_network() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["nothing"]["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & set(policies["nothing"]["spec"])
    label = "gleaner/internet"
    open_to_all = [found for found in policies.values() if "ipBlock" in str(found)]
    assert [
        found["spec"]["podSelector"]["matchLabels"].get(label) for found in open_to_all
    ] == ["yes"]
    assert {
        name for name, pod in PODS.items() if label in pod["metadata"]["labels"]
    } == {
        "worker-discover",
        "worker-fetch",
    }


@pytest.mark.parametrize(
    "address",
    "10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.0.1 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255 0.0.0.0 "
    "::1 fc00::1 fe80::1 fd00:ec2::254 2002:a00:1::1 ::ffff:10.0.0.1".split(),
)
def test_a_private_address_is_out_of_reach(address: str) -> None:
    assert not reachable(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111"])
def test_a_public_address_is_within_reach(address: str) -> None:
    assert reachable(address)


def reachable(address: str) -> bool:
    """Whether the policy lets a fetch worker connect to the address."""
    target = ipaddress.ip_address(address)
    blocks = [
        to["ipBlock"]
        for to in of_kind("NetworkPolicy")["internet"]["spec"]["egress"][0]["to"]
    ]
    return any(
        target in ipaddress.ip_network(block["cidr"])
        and not any(target in ipaddress.ip_network(inner) for inner in block["except"])
        for block in blocks
    )
