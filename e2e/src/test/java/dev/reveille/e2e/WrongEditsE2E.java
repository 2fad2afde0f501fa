package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.WrongFields;
import dev.reveille.e2e.kit.WrongFields.Wrong;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is wrong in a manifest is refused at once, or said in a condition until it is right. */
class WrongEditsE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("wrong");

  private static final int AT_LEAST = 300;

  /** What the CRD takes, and what the cluster then refuses of the Deployment. */
  private static final Map<String, Object> REFUSED_LATER =
      Map.ofEntries(
          Map.entry("server.resources", Map.of("limits", Map.of("cpu", "lots"))),
          Map.entry("server.resources.requests", Map.of("cpu", "-1")),
          Map.entry("server.nodeSelector", Map.of("a", "not a label!")),
          Map.entry("server.tolerations", List.of(Map.of("key", "a", "operator", "Maybe"))),
          Map.entry(
              "server.env",
              List.of(
                  Map.of(
                      "name",
                      "A",
                      "valueFrom",
                      Map.of("fieldRef", Map.of("fieldPath", "spec.x"))))),
          Map.entry("server.image", " "));

  @Test
  void everyFieldIsRefusedWhenItIsWrongAndTheAnswerNamesIt() {
    List<Wrong> all = WrongFields.of(schema());
    List<String> taken =
        all.parallelStream().map(WrongEditsE2E::verdict).flatMap(Optional::stream).toList();
    assertEquals(List.of(), taken, all.size() + " in all");
    assertTrue(all.size() >= AT_LEAST, all.size() + " wrong fields");
    System.out.println(all.size() + " wrong manifests were refused");
  }

  private static JSONSchemaProps schema() {
    return SANDBOX
        .client()
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("inferenceendpoints.reveille.dev")
        .get()
        .getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .get("spec");
  }

  /** Empty when it was refused by name. */
  private static Optional<String> verdict(Wrong wrong) {
    GenericKubernetesResource endpoint =
        new GenericKubernetesResourceBuilder()
            .withApiVersion("reveille.dev/v1alpha1")
            .withKind("InferenceEndpoint")
            .withNewMetadata()
            .withName("wrong")
            .withNamespace(SANDBOX.namespace())
            .endMetadata()
            .addToAdditionalProperties("spec", wrong.spec())
            .build();
    try {
      SANDBOX.client().resource(endpoint).dryRun().fieldValidation(Validation.STRICT).create();
    } catch (KubernetesClientException refused) {
      String said = String.valueOf(refused.getMessage());
      return said.contains(wrong.field())
          ? Optional.empty()
          : Optional.of(wrong.field() + ", " + wrong.what() + ", is not named: " + said);
    }
    return Optional.of(wrong.field() + " was taken: " + wrong.what() + ": " + wrong.spec());
  }

  @Test
  void whatTheClusterRefusesLaterIsSaidAndRecoveredFrom() {
    Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    for (String field : REFUSED_LATER.keySet()) {
      String name = "later-" + endpoints.size();
      Endpoint endpoint = SANDBOX.endpoint(name).with("model.storageUri", "image:///m.onnx");
      endpoints.put(field, endpoint.with(field, REFUSED_LATER.get(field)).apply());
    }
    endpoints.forEach(WrongEditsE2E::awaitRefusal);
    endpoints.forEach((field, endpoint) -> endpoint.without(field).apply());
    endpoints.forEach(
        (field, endpoint) ->
            endpoint.await(
                "is well again without " + field,
                status ->
                    Endpoint.condition(status, "Ready")
                        .filter(ready -> !ready.getReason().equals("ObjectRefused"))
                        .isPresent()));
  }

  private static void awaitRefusal(String field, Endpoint endpoint) {
    Condition ready = endpoint.awaitCondition("Ready", "False", "ObjectRefused");
    assertTrue(ready.getMessage().length() > 40, field + ": " + ready.getMessage());
  }

  /**
   * The operator relies on it: what it found out of an endpoint is not for the next of its name.
   */
  @Test
  void aStatusForAnotherUidIsRefused() {
    SANDBOX.endpoint("namesake").with("model.storageUri", "image:///m.onnx").apply();
    GenericKubernetesResource patch =
        new GenericKubernetesResourceBuilder()
            .withApiVersion("reveille.dev/v1alpha1")
            .withKind("InferenceEndpoint")
            .withNewMetadata()
            .withName("namesake")
            .withNamespace(SANDBOX.namespace())
            .withUid("00000000-0000-0000-0000-000000000000")
            .endMetadata()
            .addToAdditionalProperties("status", Map.of("wakeFollowed", "another's"))
            .build();
    PatchContext apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("reveille")
            .withForce(true)
            .build();
    KubernetesClientException refused =
        assertThrows(
            KubernetesClientException.class,
            () -> SANDBOX.client().resource(patch).subresource("status").patch(apply));
    assertTrue(List.of(409, 422).contains(refused.getCode()), refused.getMessage());
  }

  /** The API server writes some values in another way than they were written. */
  @Test
  void whatTheServerWritesInItsOwnWayIsNotWrittenAgainAndAgain() {
    Map<String, Object> odd =
        Map.of(
            "image", "nginx",
            "resources",
                Map.of(
                    "requests", Map.of("cpu", "1000m", "memory", "1024Mi"),
                    "limits", Map.of("cpu", "2.0", "memory", "0.5Gi", "ephemeral-storage", "1e9")),
            "env", List.of(Map.of("name", "EMPTY", "value", ""), Map.of("name", "NONE")),
            "command", List.of(),
            "nodeSelector", Map.of(),
            "tolerations", List.of(Map.of("key", "a", "effect", "NoSchedule"), Map.of()),
            "volumes",
                List.of(
                    Map.of("name", "v", "emptyDir", Map.of("sizeLimit", "1024Ki")),
                    Map.of("name", "s", "secret", Map.of("secretName", "none", "optional", true))),
            "volumeMounts", List.of(Map.of("name", "v", "mountPath", "/v", "readOnly", false)),
            "livenessProbe", Map.of("httpGet", Map.of("path", "/", "port", "http")));
    List<Endpoint> endpoints = new ArrayList<>();
    endpoints.add(SANDBOX.endpoint("odd").with("container", odd).apply());
    for (String part : odd.keySet()) {
      Endpoint endpoint =
          SANDBOX.endpoint("odd-" + endpoints.size()).with("container.image", "nginx");
      endpoints.add(endpoint.with("container." + part, odd.get(part)).apply());
    }
    endpoints.forEach(Endpoint::awaitAsleep);
    List<String> before = endpoints.stream().map(WrongEditsE2E::versions).toList();
    endpoints.forEach(endpoint -> endpoint.with("activation.maxQueued", 77).apply());
    endpoints.forEach(Endpoint::awaitAsleep);
    assertEquals(before, endpoints.stream().map(WrongEditsE2E::versions).toList());
  }

  private static String versions(Endpoint endpoint) {
    var services = SANDBOX.client().services().inNamespace(SANDBOX.namespace());
    return endpoint.name()
        + " Deployment "
        + endpoint.deployment().getMetadata().getResourceVersion()
        + " Service "
        + services.withName(endpoint.name()).get().getMetadata().getResourceVersion();
  }
}
