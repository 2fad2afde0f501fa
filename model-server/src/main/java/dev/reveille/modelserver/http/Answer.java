package dev.reveille.modelserver.http;

/**
 * What to answer.
 *
 * @param unexecuted nothing was begun: whoever forwarded the request may send it elsewhere
 */
record Answer(int status, String contentType, byte[] body, boolean unexecuted) {
  static final String JSON = "application/json";

  static Answer json(int status, byte[] body) {
    return new Answer(status, JSON, body, false);
  }
}
