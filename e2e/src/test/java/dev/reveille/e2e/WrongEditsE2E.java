package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.e2e.kit.Sandbox;
import dev.reveille.e2e.kit.WrongFields;
import dev.reveille.e2e.kit.WrongFields.Wrong;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever is wrong in a manifest is refused at once, and the answer names the field. */
class WrongEditsE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("wrong");

  private static final int AT_LEAST = 300;

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
}
