/** Times cold starts on a real Kubernetes: `make bench-cold-start`, docs/cold-start.md. */
package dev.reveille.e2e.bench;
