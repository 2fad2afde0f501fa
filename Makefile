# Two commands do everything on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Caches and the throwaway cluster's state lie outside the repository.
export REVEILLE_CACHE ?= $(HOME)/.cache/reveille
export MAVEN_OPTS ?= --sun-misc-unsafe-memory-access=allow
# The cluster to work on: the throwaway one, unless you name yours (`make demo KUBECONFIG=…`). A KUBECONFIG that
# merely lies in the environment counts for `make e2e` alone, so that no cluster is touched by accident.
NAMED := $(or $(REVEILLE_NAMED_KUBECONFIG),$(if $(findstring command line,$(origin KUBECONFIG)),$(KUBECONFIG),$(if $(filter e2e,$(MAKECMDGOALS)),$(KUBECONFIG),)))
export REVEILLE_NAMED_KUBECONFIG := $(NAMED)

MVN = JAVA_HOME="$$(e2e/images/find-jdk)" mvn -B -q -Dorg.slf4j.simpleLogger.showDateTime=false

.PHONY: help demo test check faults format crds goldens build images cluster cluster-down cluster-status kubeconfig deploy e2e bench-cold-start bench-proxy bench-scale bench-hpa bench-overload simulate-faults clean chaos soak

help: ## list what make can do
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

demo: ## an endpoint asleep at zero, woken by one request, going back to sleep, on a throwaway Kubernetes
	@e2e/on-cluster e2e/demo/run

test: SEEDS_TESTED = -Dreveille.seeds=10000 -Dreveille.requests=100000
test: check e2e ## every test, the end-to-end ones on a real Kubernetes included

check: deps-java ## format, lint, unit and integration tests, chart, what it ships for Argo CD
	@echo "format, lint, unit and integration tests of every module"
	@$(MVN) verify $(SEEDS_TESTED)
	@helm/check
	@e2e/argocd/check

faults: deps-java ## the operator: every fault at every API write of every path, and 2,000 random edits; a few minutes
	@$(MVN) verify -pl crds,operator -Dspotless.check.skip=true -Dtest='*FaultsTest,RandomEditsTest' \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dreveille.faults=all -Dreveille.edits=2000

deps-java:
	@e2e/images/find-jdk > /dev/null

format: ## format the Java code
	$(MVN) spotless:apply

crds: ## regenerate the CRD YAML from the records in crds
	$(MVN) install -pl crds -am -Dreveille.rewrite=true

goldens: ## rewrite the golden files; review them as a diff
	$(MVN) install -pl crds,operator -am -Dreveille.rewrite=true

build: deps-java ## the three programs' jars
	@echo "building operator, activator and model server"
	@$(MVN) package -DskipTests -Dspotless.check.skip=true -pl operator,activator,model-server -am

images: build ## container images; REGISTRY=registry.example/team pushes them there
	@e2e/images/build
	@$(if $(REGISTRY),e2e/images/push "$(REGISTRY)",:)

cluster: ## a throwaway Kubernetes with Reveille installed; left running
	@[ -n "$(NAMED)" ] || { e2e/cluster/deps && e2e/cluster/build; }
	@$(MAKE) images
	@[ -n "$(NAMED)" ] || e2e/cluster/up
	@$(MAKE) deploy

deploy:
	@e2e/with-cluster e2e/deploy

e2e: ## the end-to-end tests; on your own cluster with KUBECONFIG=… REGISTRY=…; one class with TEST=…
	@e2e/on-cluster e2e/run-tests

bench-cold-start: ## time cold starts, N=30 of each kind, beside the bare pod they cannot beat; see docs/cold-start.md
	@$(if $(BENCH_URL),e2e/bench,e2e/on-cluster e2e/bench)

bench-proxy: ## what a warm request costs through the activator, beside nginx, HAProxy and the backend alone; and bodies of 64 MiB
	@e2e/on-cluster e2e/bench-proxy

simulate-faults: deps-java ## the three programs' deciding code under a million seeds of faults (SEEDS=10000 FIRST=0), or one seed told event by event (SEED=42)
	@$(MVN) test-compile -Dspotless.check.skip=true -pl simulation -am
	@"$$(e2e/images/find-jdk)/bin/java" -XX:+UseSerialGC -cp "simulation/target/test-classes:$$(cat simulation/target/test.classpath)" \
		dev.reveille.simulation.Main $(if $(SEED),seed $(SEED),sweep $(or $(FIRST),0) $(or $(SEEDS),1000000))

bench-scale: ## what 2,000 sleeping endpoints cost the control plane (ENDPOINTS=200 for a quick look); see docs/scale.md
	@e2e/on-cluster e2e/bench scale

chaos: ## a million checked requests (REQUESTS=1000000) while operator, activators, pods and API server are struck
	@e2e/on-cluster e2e/bench chaos

soak: ## two hours (HOURS=2, or MINUTES=20) of load: memory, threads, descriptors and objects stay flat
	@e2e/on-cluster e2e/bench soak

bench-hpa: ## do the replicas stay what they are under ten minutes of constant load?
	@e2e/on-cluster e2e/bench hpa

bench-overload: ## ten times an endpoint's capacity for a minute, a neighbour beside it, five thousand slow clients, ten thousand at once at a sleeping one
	@e2e/on-cluster e2e/bench overload

cluster-down: ## remove every trace of the throwaway cluster
	@e2e/cluster/down

cluster-status: ## is the throwaway cluster up?
	@e2e/cluster/status

kubeconfig: ## print the path of the throwaway cluster's kubeconfig
	@e2e/cluster/kubeconfig

clean: ## remove what was built here
	rm -rf target */target
