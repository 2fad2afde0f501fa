package dev.reveille.simulation;

import dev.reveille.activator.Config.DepotConfig;
import dev.reveille.activator.depot.Depot;
import dev.reveille.crds.Keys;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Base64;

/** What costs time to make and has no part in what is simulated. */
final class Shared {
  /** Counts nothing. */
  static final MeterRegistry METERS = new CompositeMeterRegistry();

  static final PrometheusMeterRegistry SCRAPED =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  static final Keys KEYS = Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[32]));

  /** Nothing is ever wanted of it: every model is there. */
  static final Depot DEPOT = depot();

  private Shared() {}

  private static Depot depot() {
    try {
      return new Depot(
          Vertx.vertx(),
          new DepotConfig(Files.createTempDirectory("depot"), 1, 1, false),
          System::nanoTime);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
