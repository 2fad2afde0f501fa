package dev.reveille.e2e.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.MiniLm;
import dev.reveille.e2e.kit.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Wakes one endpoint again and again, each time from zero on a quiet machine. */
final class Wakes {
  /** How long after an answer a start still computes: status, the HPA, what JVMs compile. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  /**
   * One try.
   *
   * @param work CPU time from the request to a while after the answer, less what is computed in
   *     that time when nothing happens
   * @param idleCores cores that were busy just before the request: 0 on a quiet machine
   */
  record Try(ColdStart coldStart, Machine.Work work, double idleCores) {
    /** Others than the cluster computed, before it or meanwhile. */
    boolean isDisturbed() {
      return idleCores > Machine.QUIET_CORES
          || work.machine() - work.cluster() > MOST_OF_OTHERS_MILLIS;
    }
  }

  /** CPU time of others than the cluster: the kernel's own threads and this program need less. */
  private static final double MOST_OF_OTHERS_MILLIS = 300;

  private final URI gateway;
  private final Endpoint endpoint;
  private final byte[] request;

  Wakes(URI gateway, Endpoint endpoint) {
    this.gateway = gateway;
    this.endpoint = endpoint;
    this.request = inference(gateway, endpoint);
  }

  /** One inference of MiniLM through an activator. */
  static byte[] inference(URI gateway, Endpoint endpoint) {
    return Wire.post(
        gateway.getAuthority(),
        endpoint.path("/v2/models/" + endpoint.name() + "/infer"),
        MiniLm.request().getBytes(UTF_8));
  }

  /** The first wake of all, which is not counted: its numbers are checked. */
  double first() {
    endpoint.awaitAsleep();
    return MiniLm.check(endpoint.infer(MiniLm.request())).millis();
  }

  /**
   * @param ready waits for whatever else must be so before a try
   */
  List<Try> measure(int tries, Runnable ready) {
    List<Try> measured = new ArrayList<>();
    for (int i = 0; i < tries; i++) {
      endpoint.awaitAsleep();
      ready.run();
      measured.add(once());
    }
    return measured;
  }

  private Try once() {
    Machine.Work idle = Machine.awaitQuiet();
    try (Wire wire = Wire.to(gateway)) {
      Machine.Work before = Machine.work();
      long began = System.nanoTime();
      ColdStart coldStart = ColdStart.of(wire.ask(request).expectOk());
      Machine.pause(AFTERWARDS);
      double window = (System.nanoTime() - began) / 1e6;
      Machine.Work work = Machine.work().minus(before).minus(idle.times(window));
      return new Try(coldStart, work, idle.machine());
    }
  }

  static List<ColdStart> coldStarts(List<Try> tries) {
    return tries.stream().map(Try::coldStart).toList();
  }

  static Spread spread(List<Try> tries, ToDoubleFunction<Try> what) {
    return new Spread(tries.stream().map(what::applyAsDouble).toList());
  }
}
