package dev.reveille.activator.proxy;

/** What goes on between backend and client once the backend has answered. */
interface Passage {
  /** Nothing more passes. */
  void stop();
}
