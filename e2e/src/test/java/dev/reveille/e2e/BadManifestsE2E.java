package dev.reveille.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong manifest is refused when it is applied, with a sentence that says what to write. */
class BadManifestsE2E {
  @RegisterExtension static final Sandbox SANDBOX = Sandbox.named("bad");

  private static final String GOOD = "model: {storageUri: 'https://models.example/m.onnx'}";

  static Stream<Arguments> manifests() {
    return Stream.of(
        wrong("bad", "scaling: {idleSeconds: 5}", "spec.model is missing: say where the model is"),
        wrong("bad", "model: {name: x}", "spec.model.storageUri: Required value"),
        wrong(
            "bad",
            GOOD + "\n  container: {image: nginx}",
            "spec.model and spec.container exclude each other"),
        wrong(
            "bad",
            "container: {image: nginx}\n  server: {threads: 1}",
            "spec.server and spec.container exclude each other"),
        wrong("bad", GOOD + "\n  scaling: {warmPool: 'A/b'}", "write the name of a WarmPool"),
        wrong("bad", GOOD + "\n  scaling: {targetConcurrency: 0}", "greater than or equal to 1"),
        wrong("bad", GOOD + "\n  scaling: {targetCpuPercent: 0}", "greater than or equal to 1"),
        wrong("bad", GOOD + "\n  scaling: {metric: memory}", "supported values"),
        wrong(
            "bad",
            GOOD + "\n  scaling: {metric: requestsPerSecond}",
            "scaling.targetRequestsPerSecond"),
        wrong(
            "bad", GOOD + "\n  scaling: {containerConcurrency: -1}", "greater than or equal to 0"),
        wrong(
            "bad",
            GOOD + "\n  activation: {coldStartTargetMillis: 0}",
            "greater than or equal to 1"),
        wrong("bad", "container: {port: 80}", "spec.container.image: Required value"),
        wrong(
            "bad",
            "container: {image: nginx, readinessPath: healthz}",
            "write a path that begins with /"),
        wrong("bad", "container: {image: nginx, protocol: grpc}", "write http1 or h2c"),
        wrong("bad", "container: {image: nginx, port: 70000}", "less than or equal to 65535"),
        container("env: [{name: A, value: b, valueFrom: {}}]", "a value or a valueFrom, not both"),
        container("volumes: [{name: v}]", "a volume has exactly one of emptyDir, configMap"),
        container(
            "volumes: [{name: v, hostPath: {path: /}}]",
            "unknown field \"spec.container.volumes[0].hostPath\""),
        container(
            "volumeMounts: [{name: v, mountPath: /v}]", "names a volume that is not in volumes"),
        container("securityContext: {runAsUser: 0}", "user 0 is root: write another user"),
        container(
            "securityContext: {capabilities: {add: [SYS_ADMIN]}}",
            "write capabilities that Pod Security's level baseline allows"),
        container(
            "securityContext: {privileged: true}",
            "unknown field \"spec.container.securityContext.privileged\""),
        container("livenessProbe: {httpGet: {path: 1}}", "must be of type string"),
        container("terminationGracePeriodSeconds: 0", "greater than or equal to 1"),
        wrong(
            "bad",
            "model: {storageUri: 'ftp://models.example/m'}",
            "write https://host/path, http"),
        wrong(
            "bad",
            "model: {storageUri: 'https://me:secret@models.example/m'}",
            "no user or password in it"),
        wrong("bad", "model: {storageUri: 'image://m.onnx'}", "image:///path/in/the/image"),
        wrong(
            "bad",
            "model: {storageUri: 'https://models.example/m', digest: 'md5:0123'}",
            "write sha256: and 64 lower-case hexadecimal digits"),
        wrong(
            "bad",
            "model: {storageUri: 'https://models.example/m', name: 'a/b'}",
            "write letters, digits, '-', '_' or '.'"),
        wrong(
            "bad",
            "model: {storageUri: 'https://models.example/m', version: ''}",
            "write letters, digits, '-', '_' or '.'"),
        wrong(
            "bad",
            GOOD + "\n  scaling: {minReplicas: 3, maxReplicas: 2}",
            "scaling.minReplicas is above scaling.maxReplicas"),
        wrong("bad", GOOD + "\n  scaling: {maxReplicas: 0}", "greater than or equal to 1"),
        wrong("bad", GOOD + "\n  scaling: {idleSeconds: 0}", "greater than or equal to 1"),
        wrong("bad", GOOD + "\n  scaling: {idleSeconds: 60s}", "must be of type integer"),
        wrong("bad", GOOD + "\n  activation: {maxQueued: 0}", "greater than or equal to 1"),
        wrong(
            "bad",
            GOOD + "\n  activation: {maxQueuedBytes: 64MB}",
            "write a number of bytes such as 500000, 64Ki, 8Mi or 1Gi"),
        wrong(
            "bad",
            GOOD + "\n  requests: {maxBodyBytes: '-1'}",
            "write a number of bytes such as 500000, 64Ki, 8Mi or 1Gi"),
        wrong(
            "bad",
            GOOD + "\n  server: {env: [{name: REVEILLE_KEY, value: x}]}",
            "names that begin with REVEILLE_ are Reveille's own"),
        wrong(
            "bad",
            GOOD + "\n  server: {env: [{name: 1A, value: x}]}",
            "write letters, digits and '_'"),
        wrong("bad", GOOD + "\n  canary: {percent: 5}", "spec.canary is no other version"),
        wrong(
            "bad",
            GOOD + "\n  canary: {container: {image: i}, server: {threads: 1}}",
            "spec.canary.container stands for model and server together"),
        wrong(
            "bad",
            "container: {image: nginx}\n  canary: {server: {threads: 1}}",
            "spec.canary.server tunes Reveille's model server"),
        wrong(
            "bad",
            GOOD + "\n  canary: {server: {threads: 1}, percent: 101}",
            "less than or equal to 100"),
        wrong(
            "bad",
            GOOD + "\n  canary: {server: {threads: 1}, sticky: 'X User'}",
            "write the name of a request header"),
        wrong(
            "bad",
            GOOD + "\n  canary: {server: {threads: 1}, headers: {'X Try': a}}",
            "write header names of letters, digits and '-'"),
        wrong(
            "x".repeat(57),
            GOOD + "\n  canary: {server: {threads: 1}}",
            "has a name of at most 56"),
        wrong("bad", GOOD + "\n  revisionHistoryLimit: -1", "greater than or equal to 0"),
        wrong("bad", GOOD + "\n  paused: maybe", "must be of type boolean"),
        wrong(
            "bad",
            GOOD + "\n  requests: {ignore: {paths: [ping]}}",
            "write paths that begin with /"),
        wrong("bad", GOOD + "\n  requests: {ignore: {paths: ['/a?b']}}", "and have no ?"),
        wrong("bad", GOOD + "\n  requests: {ignore: {userAgents: ['']}}", "at least 1 char"),
        wrong(
            "bad",
            GOOD + "\n  requests: {ignore: {userAgents: [" + "x, ".repeat(33) + "]}}",
            "must have at most 32 items"),
        wrong("bad", GOOD + "\n  scalling: {minReplicas: 1}", "unknown field \"spec.scalling\""),
        wrong("9-lives", GOOD, "metadata.name becomes a Service and a host name"),
        wrong("with.dots", GOOD, "metadata.name becomes a Service and a host name"),
        wrong("x".repeat(64), GOOD, "metadata.name becomes a Service and a host name"));
  }

  private static Arguments container(String field, String sentence) {
    return wrong("bad", "container: {image: nginx, " + field + "}", sentence);
  }

  private static Arguments wrong(String name, String spec, String sentence) {
    return Arguments.of(name, spec, sentence);
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("manifests")
  void aWrongManifestIsRefusedWithASentence(String name, String spec, String sentence) {
    try {
      create(name, spec);
    } catch (KubernetesClientException refused) {
      assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
      return;
    }
    fail(name + " is taken, though it should be refused with: " + sentence + "\n" + spec);
  }

  @Test
  void whatIsRightIsTaken() {
    create("right", GOOD + "\n  scaling: {maxReplicas: 2, idleSeconds: 5}");
    create("right-too", "container: {image: nginx, port: 80, readinessPath: /healthz}");
  }

  private static void create(String name, String spec) {
    String manifest =
        """
        apiVersion: reveille.dev/v1alpha1
        kind: InferenceEndpoint
        metadata: {name: %s, namespace: %s}
        spec:
          %s
        """
            .formatted(name, SANDBOX.namespace(), spec);
    SANDBOX
        .client()
        .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
        .items()
        .forEach(
            item -> SANDBOX.client().resource(item).fieldValidation(Validation.STRICT).create());
  }
}
