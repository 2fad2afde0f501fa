# What build and push share; sourced.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
CACHE=${REVEILLE_CACHE:-$HOME/.cache/reveille}
OUT=$CACHE/images
STAGE=$CACHE/stage
CURRENT=$ROOT/target/images # env: what this checkout's images are called; archives: where they lie

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }
need() { # programs
	local program
	for program in "$@"; do
		command -v "$program" > /dev/null || die "$program is missing: install it, on Debian by e2e/cluster/deps"
	done
}
# Storage of our own; overlay where the cache's file system can, plain copies elsewhere (inside a container, for one).
need buildah
storage() { command buildah --root "$CACHE/buildah/$1" --runroot "$CACHE/buildah/run-$1" --storage-driver "$@"; }
if storage overlay info > /dev/null 2>&1; then DRIVER=overlay; else DRIVER=vfs; fi
buildah() { storage "$DRIVER" "$@"; }
hash_of() { (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) | sha256sum; }
