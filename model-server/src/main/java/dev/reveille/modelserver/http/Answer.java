package dev.reveille.modelserver.http;

/**
 * What to answer.
 *
 * @param unexecuted nothing was begun: whoever forwarded the request may send it elsewhere
 * @param last the connection is closed after it
 */
record Answer(int status, String contentType, byte[] body, boolean unexecuted, boolean last) {
  private static final String JSON = "application/json";

  static Answer json(int status, byte[] body) {
    return new Answer(status, JSON, body, false, false);
  }

  static Answer text(String contentType, byte[] body) {
    return new Answer(200, contentType, body, false, false);
  }

  Answer asUnexecuted() {
    return new Answer(status, contentType, body, true, last);
  }

  Answer asLast() {
    return new Answer(status, contentType, body, unexecuted, true);
  }
}
