package dev.reveille.e2e.kit;

import dev.reveille.crds.Api;
import dev.reveille.crds.EndpointState;
import dev.reveille.crds.InferenceEndpoint;
import dev.reveille.crds.InferenceEndpointStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** One endpoint as its user sees it: a manifest to apply, a status to read, a URL to call. */
public final class Endpoint {
  private final Sandbox sandbox;
  private final String name;
  private final Map<String, Object> spec = new HashMap<>();

  Endpoint(Sandbox sandbox, String name) {
    this.sandbox = sandbox;
    this.name = name;
  }

  public String name() {
    return name;
  }

  /** Sets a field of the spec by its path, such as {@code scaling.idleSeconds}. */
  public Endpoint with(String path, Object value) {
    parent(path).put(lastOf(path), value);
    return this;
  }

  /** Leaves a field out of the next apply. */
  public Endpoint without(String path) {
    parent(path).remove(lastOf(path));
    return this;
  }

  /** Applies the manifest, the first time and after every change. */
  public Endpoint apply() {
    generic().serverSideApply();
    return this;
  }

  public void delete() {
    resource().delete();
  }

  /** Annotates it as a user would, such as {@code reveille.dev/wake=now}. */
  public void annotate(String annotation) {
    Command.run(
        "kubectl", "annotate", "ie", name, "-n", sandbox.namespace(), "--overwrite", annotation);
  }

  public InferenceEndpoint get() {
    return resource().require();
  }

  /** The status, once it speaks of the spec as it is now; until then an empty one. */
  public InferenceEndpointStatus status() {
    InferenceEndpoint seen = get();
    InferenceEndpointStatus status = seen.getStatus();
    boolean current =
        status != null
            && Objects.equals(status.observedGeneration(), seen.getMetadata().getGeneration());
    return current ? status : InferenceEndpointStatus.EMPTY;
  }

  public InferenceEndpointStatus await(String what, Predicate<InferenceEndpointStatus> good) {
    return Await.that(name + " " + what, this::status, good);
  }

  public InferenceEndpointStatus awaitState(EndpointState state) {
    return await("is " + state, status -> status.state() == state);
  }

  /** Asleep, nothing wrong, nothing running. */
  public InferenceEndpointStatus awaitAsleep() {
    InferenceEndpointStatus status =
        await(
            "is ASLEEP, can be woken",
            seen -> seen.state() == EndpointState.ASLEEP && is(seen, "Ready", "True"));
    Await.until(name + " wants no replica", () -> wantedReplicas() == 0);
    Await.that(name + " has no pod", this::pods, List::isEmpty);
    return status;
  }

  /** The condition is True, whyever. */
  public void awaitCondition(String type) {
    await("has " + type + "=True", seen -> is(seen, type, "True"));
  }

  /** The condition has this status and reason. */
  public Condition awaitCondition(String type, String status, String reason) {
    return condition(
            await(
                "has " + type + "=" + status + " because of " + reason,
                seen ->
                    condition(seen, type)
                        .filter(found -> found.getStatus().equals(status))
                        .filter(found -> found.getReason().equals(reason))
                        .isPresent()),
            type)
        .orElseThrow();
  }

  public static Optional<Condition> condition(InferenceEndpointStatus status, String type) {
    return Optional.ofNullable(status.conditions()).stream()
        .flatMap(List::stream)
        .filter(condition -> condition.getType().equals(type))
        .findFirst();
  }

  private static boolean is(InferenceEndpointStatus status, String type, String value) {
    return condition(status, type).filter(found -> found.getStatus().equals(value)).isPresent();
  }

  public Deployment deployment() {
    return sandbox
        .client()
        .apps()
        .deployments()
        .inNamespace(sandbox.namespace())
        .withName(name)
        .get();
  }

  /** Empty while it sleeps. */
  public Optional<HorizontalPodAutoscaler> autoscaler() {
    return sandbox.autoscaler(name);
  }

  public int wantedReplicas() {
    Deployment deployment = deployment();
    return deployment == null ? 0 : deployment.getSpec().getReplicas();
  }

  public void awaitRollout() {
    Await.that(name + " is rolled out", this::deployment, Rollout::isComplete);
  }

  /** Its pods, those on their way out included. */
  public List<Pod> pods() {
    return sandbox
        .client()
        .pods()
        .inNamespace(sandbox.namespace())
        .withLabel(Api.ENDPOINT_LABEL, name)
        .list()
        .getItems();
  }

  /** Records what happens to it from now on. */
  public History history() {
    return new History(sandbox, name, resource());
  }

  /** Where it is, below the gateway's URL. */
  public String path(String rest) {
    return "/namespaces/" + sandbox.namespace() + "/endpoints/" + name + rest;
  }

  /** Its host name, as routes by Host and cluster DNS have it. */
  public String host() {
    return name + "." + sandbox.namespace();
  }

  public HttpRequest.Builder inferring(String json) {
    return sandbox.gateway().posting(path("/v2/models/" + name + "/infer"), json);
  }

  /** One inference by the Open Inference Protocol, its model named as the endpoint. */
  public Answer infer(String json) {
    return sandbox.gateway().send(inferring(json));
  }

  Resource<InferenceEndpoint> resource() {
    return sandbox
        .client()
        .resources(InferenceEndpoint.class)
        .inNamespace(sandbox.namespace())
        .withName(name);
  }

  private Resource<GenericKubernetesResource> generic() {
    return sandbox
        .client()
        .genericKubernetesResources(Api.GROUP + "/" + Api.VERSION, Api.KIND)
        .inNamespace(sandbox.namespace())
        .resource(
            new GenericKubernetesResourceBuilder()
                .withApiVersion(Api.GROUP + "/" + Api.VERSION)
                .withKind(Api.KIND)
                .withNewMetadata()
                .withName(name)
                .withNamespace(sandbox.namespace())
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build());
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> parent(String path) {
    Map<String, Object> at = spec;
    String[] steps = path.split("\\.");
    for (int i = 0; i < steps.length - 1; i++) {
      at = (Map<String, Object>) at.computeIfAbsent(steps[i], step -> new HashMap<>());
    }
    return at;
  }

  private static String lastOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }
}
