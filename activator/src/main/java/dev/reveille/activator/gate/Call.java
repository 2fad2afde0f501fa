package dev.reveille.activator.gate;

/** A ticket and what it is to be told, once the gate's lock is given back. */
record Call(Ticket ticket, Lease lease) {
  void make() {
    ticket.forward(lease);
  }
}
