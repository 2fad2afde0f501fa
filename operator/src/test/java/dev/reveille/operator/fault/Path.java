package dev.reveille.operator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;

/** What can become of an endpoint or a pool, step by step; each ends when nothing is left to do. */
enum Path {
  CREATED(
      scene -> {
        scene.endpoint(Path.MODEL);
        scene.awaitState("Asleep");
      }),
  UP_TO_THE_FLOOR(
      scene -> {
        CREATED.steps.accept(scene);
        scene.edit("spec: {scaling: {minReplicas: 2}}");
        scene.awaitState("Ready");
        scene.awaitReplicas("minilm", 2);
        scene.awaitThere("horizontalpodautoscalers", "minilm");
      }),
  WOKEN(
      scene -> {
        CREATED.steps.accept(scene);
        scene.edit("metadata: {annotations: {reveille.dev/wake: one}}");
        scene.awaitReplicas("minilm", 1);
        scene.awaitState("Ready");
        scene.awaitThere("horizontalpodautoscalers", "minilm");
      }),
  SLEPT(
      scene -> {
        WOKEN.steps.accept(scene);
        scene.idle(true);
        scene.awaitReplicas("minilm", 0);
        scene.awaitState("Asleep");
        scene.awaitGone("horizontalpodautoscalers", "minilm");
      }),
  SLEPT_AS_ASKED(
      scene -> {
        WOKEN.steps.accept(scene);
        scene.edit("metadata: {annotations: {reveille.dev/sleep: one}}");
        scene.awaitReplicas("minilm", 0);
        scene.awaitState("Asleep");
        scene.awaitCondition("SleepFollowed", "SleptAsAsked");
        scene.awaitGone("horizontalpodautoscalers", "minilm");
      }),
  NEW_MODEL(scene -> Path.rollOut(scene, "spec: {model: {storageUri: 'http://h/new.onnx'}}")),
  NEW_SERVER(scene -> Path.rollOut(scene, "spec: {server: {threads: 3}}")),
  NEW_CONTAINER(
      scene ->
          Path.rollOut(scene, "spec: {model: null, container: {image: 'mine:1', port: 9000}}")),
  CANARY_STARTED(
      scene -> {
        WOKEN.steps.accept(scene);
        scene.edit("spec: {canary: {percent: 10, model: {storageUri: 'http://h/next.onnx'}}}");
        scene.awaitReplicas("minilm-canary", 1);
        scene.awaitCondition("CanaryProven", "Proven");
      }),
  CANARY_PROMOTED(
      scene -> {
        CANARY_STARTED.steps.accept(scene);
        scene.edit("spec: {canary: null, model: {storageUri: 'http://h/next.onnx'}}");
        Path.endCanary(scene);
        scene.awaitCondition("RolledOut", "RolledOut");
      }),
  CANARY_REMOVED(
      scene -> {
        CANARY_STARTED.steps.accept(scene);
        scene.edit("spec: {canary: null}");
        Path.endCanary(scene);
      }),
  PAUSED_AND_RESUMED(
      scene -> {
        UP_TO_THE_FLOOR.steps.accept(scene);
        scene.edit("spec: {paused: true}");
        scene.awaitState("Paused");
        scene.awaitReplicas("minilm", 0);
        scene.awaitGone("horizontalpodautoscalers", "minilm");
        scene.edit("spec: {paused: false}");
        scene.awaitReplicas("minilm", 2);
        scene.awaitState("Ready");
        scene.awaitThere("horizontalpodautoscalers", "minilm");
      }),
  A_FIXED_NUMBER(
      scene -> {
        UP_TO_THE_FLOOR.steps.accept(scene);
        scene.edit("spec: {scaling: {maxReplicas: 2}}");
        scene.awaitGone("horizontalpodautoscalers", "minilm");
        scene.awaitCondition("ScalingActive", "Fixed");
      }),
  EDITED_BY_HAND(
      scene -> {
        WOKEN.steps.accept(scene);
        scene.edit(scene.key("services", "minilm"), "spec: {externalName: elsewhere}");
        scene.await(
            "the Service leads to the activator",
            here -> !here.get("services", "minilm").toString().contains("elsewhere"));
        scene.delete("horizontalpodautoscalers", "minilm");
        scene.awaitThere("horizontalpodautoscalers", "minilm");
        scene.delete("services", "minilm");
        scene.awaitThere("services", "minilm");
        scene.delete("deployments", "minilm");
        scene.awaitThere("deployments", "minilm");
        scene.awaitState("Asleep");
        scene.awaitGone("horizontalpodautoscalers", "minilm");
      }),
  DELETED(
      scene -> {
        CANARY_STARTED.steps.accept(scene);
        scene.delete("inferenceendpoints", "minilm");
        scene.await("nothing is left", here -> here.objects().isEmpty());
      }),
  MADE_ANEW(
      scene -> {
        WOKEN.steps.accept(scene);
        scene.delete("inferenceendpoints", "minilm");
        scene.endpoint(Path.MODEL);
        scene.awaitState("Asleep");
        scene.awaitThere("services", "minilm");
      }),
  NAME_TAKEN(
      scene -> {
        scene.create("/api/v1", "services", "minilm", "Service", "spec: {clusterIP: 10.0.0.9}");
        scene.endpoint(Path.MODEL);
        scene.awaitState("Failed");
        scene.awaitCondition("Ready", "NameTaken");
        scene.delete("services", "minilm");
        scene.awaitState("Asleep");
        scene.awaitThere("services", "minilm");
      }),
  POOL_FILLED(
      scene -> {
        scene.pool(2);
        scene.awaitReplicas("small-pool", 2);
        Path.edit(scene, "spec: {size: 3}");
        scene.awaitReplicas("small-pool", 3);
        Path.awaitPool(scene);
      }),
  POOL_CLAIMED(
      scene -> {
        POOL_FILLED.steps.accept(scene);
        scene.endpoint("{model: {storageUri: 'http://h/m.onnx'}, scaling: {warmPool: small}}");
        scene.awaitState("Asleep");
        scene.claimed().add(scene.podWith("reveille.dev/warm-pool", "small"));
        scene.await(
            "it is handed over", here -> !here.podWith("reveille.dev/bridge", "minilm").isEmpty());
        scene.awaitReplicas("small-pool", 3);
        scene.edit("metadata: {annotations: {reveille.dev/wake: one}}");
        scene.awaitReplicas("minilm", 1);
        scene.awaitState("Ready");
        scene.claimed().clear();
        scene.await("it is gone", here -> here.podWith("reveille.dev/bridge", "minilm").isEmpty());
        scene.awaitThere("horizontalpodautoscalers", "minilm");
        Path.awaitPool(scene);
      }),
  POOL_SPENT(
      scene -> {
        POOL_FILLED.steps.accept(scene);
        String pod = scene.podWith("reveille.dev/warm-pool", "small");
        scene.spent().add(pod);
        scene.awaitGone("pods", pod);
        scene.awaitReplicas("small-pool", 3);
      }),
  POOL_DRAINED(
      scene -> {
        POOL_FILLED.steps.accept(scene);
        Path.edit(scene, "spec: {size: 0}");
        scene.awaitReplicas("small-pool", 0);
        scene.delete("warmpools", "small");
        scene.await("nothing is left", here -> here.objects().isEmpty());
      });

  private static final String MODEL =
      "{model: {storageUri: 'http://h/m.onnx'}, scaling: {idleSeconds: 1}}";

  @SuppressWarnings("ImmutableEnumChecker") // steps have no state
  private final Consumer<Scene> steps;

  Path(Consumer<Scene> steps) {
    this.steps = steps;
  }

  void play(Scene scene) {
    steps.accept(scene);
  }

  private static void rollOut(Scene scene, String edit) {
    WOKEN.steps.accept(scene);
    scene.edit(edit);
    scene.awaitState("Ready");
    scene.awaitCondition("RolledOut", "RolledOut");
    scene.awaitReplicas("minilm", 1);
  }

  /**
   * Whether the endpoint has inherited the canary's replicas or not, its autoscaler has it at 1.
   */
  private static void endCanary(Scene scene) {
    scene.awaitGone("deployments", "minilm-canary");
    scene.awaitGone("horizontalpodautoscalers", "minilm-canary");
    scene.await(
        "the status is the endpoint's alone",
        here -> here.get("inferenceendpoints", "minilm").at("/status/canary").isMissingNode());
    scene.edit(scene.key("deployments", "minilm"), "spec: {replicas: 1}");
    scene.awaitReplicas("minilm", 1);
    scene.awaitState("Ready");
  }

  private static void edit(Scene scene, String yaml) {
    scene.edit(scene.key("warmpools", "small"), yaml);
  }

  private static void awaitPool(Scene scene) {
    scene.await(
        "the pool's status is of its present generation",
        here -> {
          JsonNode pool = here.get("warmpools", "small");
          return pool.path("status").path("observedGeneration").asLong()
              == pool.path("metadata").path("generation").asLong();
        });
  }
}
