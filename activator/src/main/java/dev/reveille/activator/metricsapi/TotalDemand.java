package dev.reveille.activator.metricsapi;

import dev.reveille.activator.gate.Demand.Figures;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What is asked of the endpoints at all activators together; nothing rather than a part of it. */
final class TotalDemand {
  private final OwnDemand own;
  private final PeerDemand peers;
  private final Supplier<Set<String>> serving;
  private final BooleanSupplier synced;
  private final long began;

  /**
   * @param serving the other activators that clients are sent to
   * @param synced whether the endpoints are known
   * @param began when this activator started
   */
  TotalDemand(
      OwnDemand own,
      PeerDemand peers,
      Supplier<Set<String>> serving,
      BooleanSupplier synced,
      long began) {
    this.own = own;
    this.peers = peers;
    this.serving = serving;
    this.synced = synced;
    this.began = began;
  }

  /** One endpoint's sum. */
  record Total(String id, String name, Figures figures) {}

  /** Why there is no answer yet; empty when there is one. */
  Optional<String> ignorance(long now) {
    if (!synced.getAsBoolean()) {
      return Optional.of("this activator does not know the endpoints yet");
    }
    if (now - began < PeerDemand.WINDOW_NANOS) {
      return Optional.of("this activator has just started; its averages are not whole yet");
    }
    return peers
        .missing(serving.get(), now)
        .map(peer -> "the activator at " + peer + " does not say what is asked of it");
  }

  List<Total> in(String namespace, long now) {
    Set<String> there = serving.get();
    return own.in(namespace, now).stream()
        .map(
            asked ->
                new Total(
                    asked.id(),
                    asked.name(),
                    asked.figures().plus(peers.of(asked.id(), there, now), 1)))
        .toList();
  }
}
