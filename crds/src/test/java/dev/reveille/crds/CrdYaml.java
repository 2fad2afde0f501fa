package dev.reveille.crds;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The CRD YAML made of the records, with what annotations cannot say added. */
final class CrdYaml {
  private static final String HEADER = "# Generated from the records in crds by `make crds`.\n";
  private static final String NAME_RULE =
      "self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')";
  private static final String NAME_MESSAGE =
      "metadata.name becomes a Service and a host name: write at most 63 lower-case letters, digits"
          + " or '-', beginning with a letter and not ending with '-'";

  private static final String CANARY_RULE =
      "!has(self.spec.canary) || self.metadata.name.size() <= 56";
  private static final String CANARY_MESSAGE =
      "metadata.name and -canary become one name of at most 63 letters: an endpoint with a"
          + " spec.canary has a name of at most 56";

  private static final long MOST_HEADERS = 8;
  private static final long LONGEST_VALUE = 256;

  private CrdYaml() {}

  /** A kind of the API and the line that says what it is. */
  enum Kind {
    INFERENCE_ENDPOINT(
        InferenceEndpoint.class,
        Api.PLURAL,
        "A model behind a URL, asleep at zero replicas while nobody calls it."),
    WARM_POOL(
        WarmPool.class,
        Api.POOL_PLURAL,
        "Model servers that are up and hold no model; a waking endpoint claims one until its own"
            + " replicas are up.");

    private final Class<? extends CustomResource<?, ?>> type;
    private final String plural;
    private final String description;

    Kind(Class<? extends CustomResource<?, ?>> type, String plural, String description) {
      this.type = type;
      this.plural = plural;
      this.description = description;
    }

    /** The rules of the whole object. */
    private List<ValidationRule> rules(ValidationRule name) {
      if (this == WARM_POOL) {
        return List.of(name);
      }
      ValidationRule canary = new ValidationRule();
      canary.setRule(CANARY_RULE);
      canary.setMessage(CANARY_MESSAGE);
      return List.of(name, canary);
    }

    /** The file's name in the chart. */
    String file() {
      return plural + "." + Api.GROUP + ".yaml";
    }
  }

  static String generate(Kind kind, Path directory) throws IOException {
    new CRDGenerator()
        .customResourceClasses(kind.type)
        .forCRDVersions("v1")
        .withImplicitPreserveUnknownFields(false)
        .inOutputDir(directory.toFile())
        .detailedGenerate();
    CustomResourceDefinition crd =
        Serialization.unmarshal(
            Files.readString(directory.resolve(kind.plural + "." + Api.GROUP + "-v1.yml")),
            CustomResourceDefinition.class);
    crd.getSpec().getNames().setCategories(List.of("reveille"));
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    orderColumns(kind, version.getAdditionalPrinterColumns());
    finishRoot(kind, version.getSchema().getOpenAPIV3Schema());
    return HEADER + Serialization.asYaml(crd).replaceFirst("^---\n", "");
  }

  /** The generator sorts columns by path; people read them in the order of the annotations. */
  private static void orderColumns(Kind kind, List<CustomResourceColumnDefinition> columns) {
    List<String> wanted =
        Arrays.stream(kind.type.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    columns.sort(Comparator.comparingInt(column -> wanted.indexOf(column.getName())));
  }

  private static void finishRoot(Kind kind, JSONSchemaProps root) {
    root.setDescription(kind.description);
    root.setRequired(List.of("spec"));
    ValidationRule name = new ValidationRule();
    name.setRule(NAME_RULE);
    name.setMessage(NAME_MESSAGE);
    root.setXKubernetesValidations(kind.rules(name));
    JSONSchemaProps spec = root.getProperties().get("spec");
    spec.setDescription("What you want.");
    if (kind == Kind.INFERENCE_ENDPOINT) {
      bound(spec.getProperties().get("canary").getProperties().get("headers"));
    }
    JSONSchemaProps status = root.getProperties().get("status");
    status.setDescription("What the operator sees; written by it alone.");
    // Until the operator has looked: kstatus takes what has no status for ready.
    status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
    JSONSchemaProps conditions = status.getProperties().get("conditions");
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    conditions.getItems().getSchema().setRequired(List.of("type", "status"));
    finish(root);
  }

  /** Annotations do not reach into a map. */
  private static void bound(JSONSchemaProps map) {
    map.setMaxProperties(MOST_HEADERS);
    map.getAdditionalProperties().getSchema().setMaxLength(LONGEST_VALUE);
  }

  /**
   * A rule on a record's component reaches the schema through its field and its accessor; and a map
   * whose content is the cluster's to check has values of any depth.
   */
  private static void finish(JSONSchemaProps schema) {
    List<ValidationRule> rules = schema.getXKubernetesValidations();
    if (rules != null) {
      schema.setXKubernetesValidations(rules.stream().distinct().toList());
    }
    if (Boolean.TRUE.equals(schema.getXKubernetesPreserveUnknownFields())) {
      schema.setAdditionalProperties(null);
    }
    if (schema.getProperties() != null) {
      schema.getProperties().values().forEach(CrdYaml::finish);
    }
    if (schema.getItems() != null) {
      finish(schema.getItems().getSchema());
    }
  }
}
