package dev.reveille.e2e.chaos;

import dev.reveille.crds.EndpointState;
import dev.reveille.e2e.kit.Endpoint;
import dev.reveille.e2e.kit.Sandbox;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A witness, endpoints to be called, and customers for them, in a test's namespace. */
public final class Scene implements AutoCloseable {
  private final Sandbox sandbox;
  private final Witness witness;
  private final Striker striker;
  private final Target who;
  private final AtomicLong ids = new AtomicLong();

  /** The endpoint that tells who carries a connection is up when this returns. */
  public Scene(Sandbox sandbox) {
    this.sandbox = sandbox;
    this.witness = Witness.deploy(sandbox.cluster());
    this.striker = new Striker(sandbox, witness);
    this.who = work("who", 3600, true);
    who.endpoint().with("scaling.minReplicas", 1).apply();
    who.endpoint().awaitState(EndpointState.READY);
    sandbox.gateway().get(who.endpoint().path("/who")).expect(200);
  }

  /** Served by the witness. */
  public Target work(String name, int idleSeconds, boolean idempotent) {
    Endpoint endpoint = witness.server(sandbox, name);
    return applied(endpoint, Exam.WORK, idleSeconds, idempotent, 0);
  }

  /** The same with a hard limit of requests a replica. */
  public Target limited(String name, int idleSeconds, boolean idempotent, int atOnce) {
    Endpoint endpoint = witness.server(sandbox, name);
    return applied(endpoint, Exam.WORK, idleSeconds, idempotent, atOnce);
  }

  /** Served by Reveille's model server. */
  public Target addOne(String name, int idleSeconds) {
    return applied(sandbox.addOne(name), Exam.ADD_ONE, idleSeconds, true, 0);
  }

  /** Some of each kind: idempotent or not, with and without a limit, our server and another. */
  public List<Target> mixed() {
    return List.of(
        work("work-1", 1, true),
        work("work-2", 1, true),
        work("once-1", 1, false),
        work("once-2", 1, false),
        work("once-3", 2, false),
        limited("limited-1", 1, false, 4),
        limited("limited-2", 1, true, 1),
        addOne("add-one", 1));
  }

  private static Target applied(
      Endpoint endpoint, Exam exam, int idleSeconds, boolean idempotent, int atOnce) {
    endpoint
        .with("scaling.idleSeconds", idleSeconds)
        .with("scaling.containerConcurrency", atOnce)
        .with("requests.idempotent", idempotent)
        .apply();
    return new Target(endpoint, exam, idempotent, atOnce > 0);
  }

  public Load load(List<Target> targets, Load.Shape shape) {
    targets.forEach(target -> target.endpoint().awaitCondition("Ready"));
    return new Load(sandbox.gateway().uri(), who, ids, targets, shape);
  }

  public Striker striker() {
    return striker;
  }

  public Troublemaker trouble(long seed, int gapMillis) {
    return new Troublemaker(striker, who.name(), seed, gapMillis);
  }

  public Summary summary(Load load, Cycles cycles) {
    return Summary.of(load, striker, cycles, witness);
  }

  /** What a pod's processes use. */
  public Use use(Pod pod) {
    return Use.parse(witness.use(pod));
  }

  @Override
  public void close() {
    witness.close();
  }
}
