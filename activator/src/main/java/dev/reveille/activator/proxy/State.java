package dev.reveille.activator.proxy;

/**
 * How far an exchange is.
 *
 * <pre>
 *   start ─► waiting ─► forwarding ─► answering ─► over
 *              ▲            │ nothing came of it
 *              └────────────┘
 * </pre>
 */
enum State {
  WAITING,
  FORWARDING,
  ANSWERING,
  OVER
}
