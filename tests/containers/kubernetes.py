"""compose/kubernetes.yaml against the schema of Kubernetes, strictly; and that its parts fit each other."""

import copy
import sys

import kubernetes_validate
import yaml
from projects import ROOT

FILE = ROOT / "compose/kubernetes.yaml"
VERSION = "1.31"


def is_valid(resource):
    try:
        kubernetes_validate.validate(resource, VERSION, strict=True)
        return None
    except kubernetes_validate.ValidationError as error:
        return error.message


def pod_of(resource):
    return resource["spec"]["template"]["spec"]


def misfits(resources):
    """What the schema does not see: names that are not there, certificates that are mounted nowhere."""
    services = {resource["metadata"]["name"] for resource in resources if resource["kind"] == "Service"}
    for resource in resources:
        if resource["kind"] == "Service":
            continue
        name = f"{resource['kind']} {resource['metadata']['name']}"
        if resource["spec"].get("serviceName") not in services | {None}:
            yield f"{name} is of a Service that is not there"
        pod = pod_of(resource)
        mounted = [mount["name"] for container in pod["containers"] for mount in container["volumeMounts"]]
        if mounted != [volume["name"] for volume in pod["volumes"]]:
            yield f"{name} mounts {mounted}"
        # The agent and the controller take a key that root hands out by the group, and no other.
        modes = [volume["secret"]["defaultMode"] for volume in pod["volumes"]]
        if modes != [0o440] or pod["securityContext"]["fsGroup"] != pod["securityContext"]["runAsGroup"]:
            yield f"{name} cannot use its key: mode {modes}"


def broken(resources):
    """The same, with a field of no name, and with a value of another type: the test's own test."""
    for resource in resources:
        if resource["kind"] != "Service":
            misspelt, mistyped = copy.deepcopy(resource), copy.deepcopy(resource)
            pod_of(misspelt)["containers"][0]["imagePullPolicies"] = "Never"
            pod_of(mistyped)["terminationGracePeriodSeconds"] = "soon"
            yield from (misspelt, mistyped)


def main():
    resources = list(yaml.safe_load_all(FILE.read_text()))
    complaints = [complaint for complaint in map(is_valid, resources) if complaint]
    complaints += misfits(resources)
    complaints += [f"taken for valid: {resource}" for resource in broken(resources) if not is_valid(resource)]
    print("\n".join(complaints) or f"{len(resources)} resources as expected")
    return 1 if complaints or not resources else 0


if __name__ == "__main__":
    sys.exit(main())
