package dev.reveille.activator.home;

import dev.reveille.activator.backend.Backend;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.gate.Admission;
import dev.reveille.activator.gate.Door;
import dev.reveille.activator.gate.Gate;
import dev.reveille.activator.gate.Lease;
import dev.reveille.activator.gate.Ticket;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request to its endpoint's home: whoever is first by rank; the next, if that one
 * cannot be connected to; at last the gate here. What is relayed neither runs nor waits here, it
 * does there.
 */
final class Relay implements Door {
  private final Homes homes;
  private final Iterator<Sibling> left;
  private final Endpoint endpoint;
  private @Nullable Sibling asked;

  Relay(Homes homes, Iterator<Sibling> left, Endpoint endpoint) {
    this.homes = homes;
    this.left = left;
    this.endpoint = endpoint;
  }

  private Gate here() {
    return endpoint.gate();
  }

  @Override
  public Admission admit(Ticket ticket, int retryAfterSeconds, long now) {
    if (!left.hasNext()) {
      return here().admit(ticket, retryAfterSeconds, now);
    }
    asked = left.next();
    return to(asked, ticket);
  }

  private Admission to(Sibling home, Ticket ticket) {
    homes.begin();
    endpoint.meters().relayed();
    return new Admission.Forward(
        Lease.elsewhere(
            new Backend(endpoint.uid(), "", home.host(), home.port(), "", ticket.queuedAt())));
  }

  @Override
  public Admission readmit(Ticket ticket, Lease failed, long now) {
    if (!failed.isElsewhere()) {
      return here().readmit(ticket, failed, now);
    }
    finish(failed, now);
    Sibling home = asked;
    if (home != null && failed.isConnected()) {
      return to(home, ticket); // its gate is the one that counts; if it died, this does not connect
    }
    if (home != null) {
      homes.miss(home.pod());
    }
    return admit(ticket, endpoint.retryAfterSeconds(), now);
  }

  @Override
  public void finish(Lease lease, long now) {
    if (!lease.isElsewhere()) {
      here().finish(lease, now);
    } else if (lease.giveBack()) {
      homes.end();
    }
  }

  @Override
  public boolean cancel(Ticket ticket, long now) {
    return here().cancel(ticket, now);
  }
}
