# Where things are; sourced by every script here.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${REVEILLE_CACHE:-$HOME/.cache/reveille}
NAME=${REVEILLE_CLUSTER:-reveille}        # also the name of the cluster's cgroups
STATE=$CACHE/cluster/$NAME                # everything the cluster writes; not below /var or /run, which are replaced inside
NODE_IP=10.88.0.1
DATA_SERVICE_IP=10.96.0.80                # the Service reveille-activator gets this address here

# The programs, keyed by what they are built from: other sources, another folder.
HELM_VERSION=v3.22.0
METRICS_SERVER_VERSION=v0.9.0
SOURCES=$(cat "$HERE"/build "$HERE"/image "$HERE"/*/go.mod "$HERE"/*/go.sum "$HERE"/kube/*/main.go "$HERE"/coredns/main.go | sha256sum | cut -c1-12)
BIN=$CACHE/bin/$SOURCES

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# The cluster's init process, when it lives: its number, and that it is not a later process of that number.
init_pid() {
	local pid
	pid=$(cat "$STATE/pid" 2> /dev/null) || return 1
	tr '\0' '\n' 2> /dev/null < "/proc/$pid/environ" | grep -qxF "STATE=$STATE" || return 1
	echo "$pid"
}
