package dev.reveille.operator.kit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A CRD of the chart, or one that is older. */
public record ChartCrd(CustomResourceDefinition crd) {
  private static final Path FILES =
      Path.of(System.getProperty("reveille.root", ".."), "helm/reveille/files/crds");

  public static ChartCrd of(Class<? extends HasMetadata> kind) {
    try {
      Path file = FILES.resolve(HasMetadata.getFullResourceName(kind) + ".yaml");
      return new ChartCrd(
          Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JSONSchemaProps status() {
    return crd.getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .get("status");
  }

  /** From before there were these fields of a status, such as {@code coldStarts.p95Millis}. */
  public ChartCrd without(String... fields) {
    for (String field : fields) {
      String[] names = field.split("[.]", -1);
      JSONSchemaProps at = status();
      for (int i = 0; i < names.length - 1; i++) {
        at = at.getProperties().get(names[i]);
      }
      at.getProperties().remove(names[names.length - 1]);
    }
    return this;
  }
}
