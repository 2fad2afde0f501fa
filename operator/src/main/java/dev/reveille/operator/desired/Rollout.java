package dev.reveille.operator.desired;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.Map;

/** A Deployment as all of ours are: a new revision replaces the old one without a gap. */
final class Rollout {
  /** Of a pool, whose earlier versions nobody goes back to by hand. */
  static final int REVISIONS = 3;

  private static final int PROGRESS_SECONDS = 120;

  private Rollout() {}

  /**
   * Without replicas.
   *
   * @param revisions how many earlier ones are remembered
   */
  static Deployment of(
      ObjectMeta metadata, Map<String, String> selector, PodTemplate template, int revisions) {
    return new DeploymentBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withRevisionHistoryLimit(revisions)
        .withProgressDeadlineSeconds(PROGRESS_SECONDS)
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withNewMaxUnavailable(0)
        .withNewMaxSurge(1)
        .endRollingUpdate()
        .endStrategy()
        .withNewSelector()
        .withMatchLabels(selector)
        .endSelector()
        .withTemplate(template.spec())
        .endSpec()
        .build();
  }
}
