package dev.reveille.operator.desired;

import dev.reveille.crds.Api;
import dev.reveille.crds.ScalingMetric;
import dev.reveille.crds.ScalingSpec;
import dev.reveille.operator.Wire;
import dev.reveille.operator.metricsapi.Provider;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpecBuilder;
import java.util.Objects;

/** The HorizontalPodAutoscaler of a Deployment as it should be. */
public final class Autoscaler {
  /** On one that goes by CPU though something else is wanted: why. */
  public static final String ON_CPU_BECAUSE = "reveille.dev/on-cpu-because";

  private Autoscaler() {}

  /**
   * At least 1 replica: it pauses itself at 0 and resumes after a wake.
   *
   * @param id what the activators call the demand by
   */
  static HorizontalPodAutoscaler of(
      ObjectMeta metadata, String deployment, String id, ScalingSpec scaling, Provider metrics) {
    boolean onCpu = metrics instanceof Provider.Barred && scaling.metric() != ScalingMetric.CPU;
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(onCpu ? saying(metadata, ((Provider.Barred) metrics).why()) : metadata)
        .withNewSpec()
        .withNewScaleTargetRef()
        .withApiVersion("apps/v1")
        .withKind("Deployment")
        .withName(deployment)
        .endScaleTargetRef()
        .withMinReplicas(Math.max(1, scaling.minReplicas()))
        .withMaxReplicas(scaling.maxReplicas())
        .withMetrics(onCpu ? cpu(scaling) : metric(scaling, id))
        .withBehavior(scaling.behavior())
        .endSpec()
        .build();
  }

  private static ObjectMeta saying(ObjectMeta metadata, String why) {
    return new ObjectMetaBuilder(metadata).addToAnnotations(ON_CPU_BECAUSE, why).build();
  }

  private static MetricSpec metric(ScalingSpec scaling, String id) {
    return switch (scaling.metric()) {
      case CPU -> cpu(scaling);
      case CONCURRENCY -> external(Wire.CONCURRENCY_METRIC, id, scaling.concurrency());
      case REQUESTS_PER_SECOND ->
          external(
              Wire.REQUESTS_METRIC, id, Objects.requireNonNull(scaling.targetRequestsPerSecond()));
    };
  }

  private static MetricSpec cpu(ScalingSpec scaling) {
    return new MetricSpecBuilder()
        .withType("Resource")
        .withNewResource()
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(scaling.targetCpuPercent())
        .endTarget()
        .endResource()
        .build();
  }

  /** An average over the replicas: the activators tell the sum. */
  private static MetricSpec external(String metric, String id, int target) {
    return new MetricSpecBuilder()
        .withType("External")
        .withNewExternal()
        .withNewMetric()
        .withName(metric)
        .withNewSelector()
        .addToMatchLabels(Api.ENDPOINT_UID_LABEL, id)
        .endSelector()
        .endMetric()
        .withNewTarget()
        .withType("AverageValue")
        .withAverageValue(new Quantity(String.valueOf(target)))
        .endTarget()
        .endExternal()
        .build();
  }
}
