package dev.reveille.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
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

  private CrdYaml() {}

  static String generate(Path directory) throws IOException {
    new CRDGenerator()
        .customResourceClasses(InferenceEndpoint.class)
        .forCRDVersions("v1")
        .withImplicitPreserveUnknownFields(false)
        .inOutputDir(directory.toFile())
        .detailedGenerate();
    CustomResourceDefinition crd =
        Serialization.unmarshal(
            Files.readString(directory.resolve(Api.PLURAL + "." + Api.GROUP + "-v1.yml")),
            CustomResourceDefinition.class);
    crd.getSpec().getNames().setCategories(List.of("reveille"));
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    orderColumns(version.getAdditionalPrinterColumns());
    finishRoot(version.getSchema().getOpenAPIV3Schema());
    return HEADER + Serialization.asYaml(crd).replaceFirst("^---\n", "");
  }

  /** The generator sorts columns by path; people read them in the order of the annotations. */
  private static void orderColumns(List<CustomResourceColumnDefinition> columns) {
    List<String> wanted =
        Arrays.stream(InferenceEndpoint.class.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    columns.sort(Comparator.comparingInt(column -> wanted.indexOf(column.getName())));
  }

  private static void finishRoot(JSONSchemaProps root) {
    root.setDescription("A model behind a URL, asleep at zero replicas while nobody calls it.");
    root.setRequired(List.of("spec"));
    ValidationRule name = new ValidationRule();
    name.setRule(NAME_RULE);
    name.setMessage(NAME_MESSAGE);
    root.setXKubernetesValidations(List.of(name));
    root.getProperties().get("spec").setDescription("What you want.");
    JSONSchemaProps status = root.getProperties().get("status");
    status.setDescription("What the operator sees; written by it alone.");
    JSONSchemaProps conditions = status.getProperties().get("conditions");
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    conditions.getItems().getSchema().setRequired(List.of("type", "status"));
    dropRepeatedRules(root);
  }

  /** A rule on a record's component reaches the schema through its field and its accessor. */
  private static void dropRepeatedRules(JSONSchemaProps schema) {
    List<ValidationRule> rules = schema.getXKubernetesValidations();
    if (rules != null) {
      schema.setXKubernetesValidations(rules.stream().distinct().toList());
    }
    if (schema.getProperties() != null) {
      schema.getProperties().values().forEach(CrdYaml::dropRepeatedRules);
    }
    if (schema.getItems() != null) {
      dropRepeatedRules(schema.getItems().getSchema());
    }
  }
}
