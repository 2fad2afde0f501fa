# shellcheck shell=bash disable=SC2034
# Where things are, and how a cluster is found and ended; sourced by every script here.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${REVEILLE_CACHE:-$HOME/.cache/reveille}
NAME=${REVEILLE_CLUSTER:-reveille} # also the name of the cluster's cgroups
STATE=$(realpath -m "${REVEILLE_STATE:-$CACHE/cluster/$NAME}") # everything the cluster writes
NODE_IP=10.88.0.1
DATA_SERVICE_IP=10.96.0.80 # the Service reveille-activator gets this address here

# The programs, keyed by what they are built from: other sources, another folder.
SOURCES=$(cat "$HERE"/build "$HERE"/image "$HERE"/*/go.mod "$HERE"/*/go.sum "$HERE"/kube/*/main.go "$HERE"/coredns/main.go | sha256sum | cut -c1-12)
BIN=$CACHE/bin/$SOURCES

# The cluster's processes are known by STATE=… in their environment: nothing else started here may carry it.
export -n STATE NAME BIN NODE_IP

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[[ $NAME =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "REVEILLE_CLUSTER=$NAME: use up to 31 of a-z, 0-9 and -"

# The cluster's init process, when it lives: its number, and that it is not a later process of that number.
init_pid() {
	local pid
	pid=$(cat "$STATE/pid" 2> /dev/null) || return 1
	tr '\0' '\n' 2> /dev/null < "/proc/$pid/environ" | grep -qxF "STATE=$STATE" || return 1
	echo "$pid"
}

# Every process of the cluster, one number a line: also of one that was cut off before it wrote its init process down.
cluster_pids() {
	grep -lszxF "STATE=$STATE" /proc/[0-9]*/environ | cut -d/ -f3 || true
}

# One up or down at a time of the clusters whose states lie side by side: they choose ports and cgroups. Held until the script ends.
lock_clusters() {
	mkdir -p "$(dirname "$STATE")"
	exec 9< "$(dirname "$STATE")"
	flock -w 300 9 || die "another up or down has been running for 5 minutes: $(dirname "$STATE") is locked"
}

cgroups() { # those of this name that exist
	ls -d /sys/fs/cgroup/*/"$NAME" /sys/fs/cgroup/"$NAME" 2> /dev/null || true
}

# Ends the cluster, however far it got. Nothing is touched without a state folder of ours.
remove_cluster() {
	local pids attempt folders
	for attempt in $(seq 500); do
		pids=$(cluster_pids)
		[ -n "$pids" ] || break
		# shellcheck disable=SC2086 # one argument a process; ending init ends every process and mount of its namespaces
		kill -9 $pids 2> /dev/null || true
		sleep .02
	done
	[ -z "$pids" ] || die "processes remain after $attempt tries: $pids"
	[ -e "$STATE/kubeconfig-inside" ] || return 0
	for _ in $(seq 200); do # a killed process leaves its cgroup a moment later
		mapfile -t folders < <(cgroups)
		[ ${#folders[@]} -gt 0 ] || break # find without a folder would take the current one
		find "${folders[@]}" -depth -type d -exec rmdir {} + 2> /dev/null || true
		sleep .05
	done
	[ -z "$(cgroups)" ] || die "cgroups remain: $(cgroups | tr '\n' ' ')"
	# The file that says the folder is ours goes last: a removal that was cut off can be taken up again.
	rm -rf "${STATE:?}"/{containerd,etcd,var,pki,loaded,env,env.part,pid,kubeconfig}
	rm -f "$STATE/kubeconfig-inside"
	rmdir "$STATE" 2> /dev/null || say "left in place, not ours: $(ls -d "$STATE"/*)"
}
