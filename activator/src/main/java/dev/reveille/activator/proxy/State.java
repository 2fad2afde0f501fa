package dev.reveille.activator.proxy;

/**
 * How far an exchange is.
 *
 * <pre>
 *   start ─► waiting ─► forwarding ─► answering ─► over
 *              ▲            │ not executed
 *              └────────────┘
 * </pre>
 */
enum State {
  WAITING,
  FORWARDING,
  ANSWERING,
  OVER
}
