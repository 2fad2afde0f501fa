package dev.reveille.simulation;

import dev.reveille.crds.Api;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod as the API server has it, and the process in it. */
final class PodObject {
  private static final List<PodCondition> READY = List.of(ready());

  final String name;
  final @Nullable App app;
  final String revision;
  final String host;
  final Instant created;
  String endpointUid;
  String bridgeOf = "";
  String pool;
  boolean scheduled;
  boolean addressShown;
  boolean deleted;
  boolean gone;

  /** Its address may be another's. */
  boolean freed;

  boolean readyShown;

  /** Its node is: nobody hears of it, or answers for it. */
  boolean lost;

  long version;
  ModelProcess process;

  PodObject(String name, @Nullable App app, String revision, String host, Instant created) {
    this.name = name;
    this.app = app;
    this.revision = revision;
    this.host = host;
    this.created = created;
    this.endpointUid = app == null ? "" : app.uid;
    this.pool = app == null ? Cluster.POOL : "";
  }

  private static PodCondition ready() {
    PodCondition condition = new PodCondition();
    condition.setType("Ready");
    condition.setStatus("True");
    return condition;
  }

  /** Stands in the warm pool and is nobody's, by its labels. */
  boolean isPooled() {
    return !pool.isEmpty();
  }

  /** As a watch or a list shows it now. */
  Pod snapshot() {
    ObjectMeta metadata = new ObjectMeta();
    metadata.setUid("uid-" + name);
    metadata.setName(name);
    metadata.setNamespace(Cluster.NAMESPACE);
    metadata.setResourceVersion(String.valueOf(version));
    metadata.setCreationTimestamp(created.toString());
    metadata.setLabels(labels());
    metadata.setDeletionTimestamp(deleted ? created.toString() : null);
    PodSpec spec = new PodSpec();
    spec.setNodeName(scheduled ? "node" : null);
    PodStatus status = new PodStatus();
    status.setPhase(addressShown ? "Running" : "Pending");
    status.setPodIP(addressShown ? host : null);
    if (readyShown) {
      status.setConditions(READY);
    }
    Pod pod = new Pod();
    pod.setMetadata(metadata);
    pod.setSpec(spec);
    pod.setStatus(status);
    return pod;
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new HashMap<>();
    labels.put(Api.MANAGED_BY_LABEL, Api.MANAGED_BY);
    labels.put(Api.REVISION_LABEL, revision);
    if (app == null) {
      labels.put(Api.COMPONENT_LABEL, "warm-pool");
    }
    if (!pool.isEmpty()) {
      labels.put(Api.POOL_LABEL, pool);
    }
    if (!endpointUid.isEmpty()) {
      labels.put(Api.ENDPOINT_UID_LABEL, endpointUid);
    }
    if (!bridgeOf.isEmpty()) {
      labels.put(Api.BRIDGE_LABEL, bridgeOf);
    } else if (app != null) {
      labels.put(Api.ENDPOINT_LABEL, app.name);
    }
    return labels;
  }
}
