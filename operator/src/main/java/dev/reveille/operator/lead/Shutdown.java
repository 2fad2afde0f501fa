package dev.reveille.operator.lead;

import io.javaoperatorsdk.operator.Operator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** On SIGTERM: finish what is begun (a fence, a reconciliation), give the lease back, exit 0. */
public final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private final Operator operator;
  private final Leadership leadership;
  private final List<AutoCloseable> rest;

  /**
   * @param rest closed in this order, after the operator
   */
  public Shutdown(Operator operator, Leadership leadership, List<AutoCloseable> rest) {
    this.operator = operator;
    this.leadership = leadership;
    this.rest = List.copyOf(rest);
  }

  public void onSignal() {
    // The JVM itself would exit with 143, which looks like a failure.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop();
                  Runtime.getRuntime().halt(0);
                },
                "shutdown"));
  }

  void stop() {
    leadership.stopping();
    quietly(operator::stop);
    quietly(leadership::release);
    rest.forEach(Shutdown::quietly);
    LOG.info("stopped");
  }

  private static void quietly(AutoCloseable step) {
    try {
      step.close();
    } catch (Exception e) {
      LOG.warn("while stopping", e);
    }
  }
}
