package dev.reveille.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A model behind a URL, asleep at zero replicas while nobody calls it. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@Kind(Api.KIND)
@Plural(Api.PLURAL)
@ShortNames("ie")
@AdditionalPrinterColumn(name = "State", jsonPath = ".status.state")
@AdditionalPrinterColumn(
    name = "Replicas",
    jsonPath = ".status.replicas",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.url")
@AdditionalPrinterColumn(name = "Model", jsonPath = ".status.model.name")
@AdditionalPrinterColumn(name = "Last cold start", jsonPath = ".status.coldStarts.last.total")
@AdditionalPrinterColumn(
    name = "Queued",
    jsonPath = ".status.queued",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Cold starts",
    jsonPath = ".status.coldStarts.count",
    type = AdditionalPrinterColumn.Type.INTEGER,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Rolled out",
    jsonPath = ".status.conditions[?(@.type==\"RolledOut\")].status",
    priority = 1)
@AdditionalPrinterColumn(name = "Canary", jsonPath = ".status.canary.state", priority = 1)
@AdditionalPrinterColumn(name = "Source", jsonPath = ".spec.model.storageUri", priority = 1)
public final class InferenceEndpoint
    extends CustomResource<InferenceEndpointSpec, InferenceEndpointStatus> implements Namespaced {
  private static final long serialVersionUID = 1L;
}
