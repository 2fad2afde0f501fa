package dev.reveille.operator.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.operator.lifecycle.Given;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the cluster tells of a pod that does not serve. */
class TroubleTest {
  static Stream<Arguments> pods() {
    return Stream.of(
        row("it starts", container("state: {running: {}}, restartCount: 0"), ""),
        row(
            "it starts again",
            container("state: {running: {}}, ready: false, restartCount: 1"),
            ""),
        row(
            "it backs off",
            container(
                "state: {waiting: {reason: CrashLoopBackOff, message: back-off 10s}}, restartCount:"
                    + " 1, lastState: {terminated: {exitCode: 3, reason: Error}}"),
            "Crashing: the container keeps exiting (1 restarts), last with code 3 (Error)"),
        row(
            "it runs between two exits",
            container(
                "state: {running: {}}, ready: false, restartCount: 2, lastState: {terminated:"
                    + " {exitCode: 137, reason: Error, message: 'too much'}}"),
            "Crashing: the container keeps exiting (2 restarts), last with code 137 (Error): too"
                + " much"),
        row(
            "it had too little memory",
            container(
                "state: {terminated: {exitCode: 137, reason: OOMKilled}}, ready: false,"
                    + " restartCount: 0"),
            "OutOfMemory: the container was killed for want of memory (0 restarts): raise"
                + " resources.limits.memory of spec.server or spec.container"),
        row(
            "it had too little memory, and tries again",
            container(
                "state: {waiting: {reason: CrashLoopBackOff}}, ready: false, restartCount: 3,"
                    + " lastState: {terminated: {exitCode: 137, reason: OOMKilled}}"),
            "OutOfMemory: the container was killed for want of memory (3 restarts): raise"
                + " resources.limits.memory of spec.server or spec.container"),
        row(
            "it had too little memory once, and serves now",
            container(
                "state: {running: {}}, ready: true, restartCount: 1, lastState: {terminated:"
                    + " {exitCode: 137, reason: OOMKilled}}"),
            ""),
        row(
            "it exited twice, and serves now",
            container("state: {running: {}}, ready: true, restartCount: 2"),
            ""),
        row(
            "its image cannot be had",
            container("image: i, state: {waiting: {reason: ErrImagePull, message: no such host}}"),
            "ImagePull: the image i cannot be pulled: no such host"),
        row(
            "its configuration is wrong",
            container("state: {waiting: {reason: CreateContainerConfigError, message: no user}}"),
            "ContainerRefused: no user"),
        row(
            "no node has room",
            "conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: no"
                + " room}]",
            "Unschedulable: no room"),
        row("it has only been created", "phase: Pending", ""));
  }

  private static String container(String fields) {
    return "containerStatuses: [{" + fields + "}]";
  }

  private static Arguments row(String name, String status, String trouble) {
    return Arguments.of(name, status, trouble);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pods")
  void ofAPod(String name, String status, String trouble) {
    Pod pod = Given.yaml("metadata: {name: p}\nstatus: {" + status + "}", Pod.class);
    assertEquals(
        trouble,
        Trouble.of(null, List.of(pod))
            .map(found -> found.reason().word() + ": " + found.message())
            .orElse(""),
        name);
  }
}
