package dev.reveille.activator;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP/1.1 as the RFC's grammar has it, read with regular expressions: slowly, all at once, and
 * with nothing in common with how the activator does it. Bytes are characters of ISO 8859-1.
 */
final class Rfc9112 {
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([!-~&&[^#]]+) (HTTP/1\\.[01])");
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):[ \t]*([\t -~\u0080-\u00ff]*?)[ \t]*");
  private static final Pattern CHUNK =
      Pattern.compile("([0-9A-Fa-f]{1,7})(;[\t -~\u0080-\u00ff]*)?");
  private static final String LINE_END = "\r\n";

  private Rfc9112() {}

  /** A whole message. */
  record Message(String method, String target, List<String[]> fields, String body) {
    List<String> values(String name) {
      return fields.stream()
          .filter(field -> field[0].equalsIgnoreCase(name))
          .map(field -> field[1])
          .toList();
    }

    @Override
    public String toString() {
      return (method + " " + target + " " + body).strip();
    }
  }

  /** What begins at some place. */
  sealed interface Next {
    /**
     * @param end of it
     */
    record Whole(Message message, int end) implements Next {}

    /** It may become one. */
    record Unfinished() implements Next {}

    /** It cannot. */
    record Malformed(String why) implements Next {}
  }

  static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  /** The whole messages at the beginning. */
  static List<Message> messages(String bytes) {
    List<Message> messages = new ArrayList<>();
    int from = 0;
    while (next(bytes, from) instanceof Next.Whole(Message message, int end)) {
      messages.add(message);
      from = end;
    }
    return messages;
  }

  static Next next(String bytes, int begin) {
    int from = bytes.startsWith(LINE_END, begin) ? begin + 2 : begin;
    int headEnd = bytes.indexOf("\r\n\r\n", from);
    if (headEnd < 0) {
      return new Next.Unfinished();
    }
    String[] lines = bytes.substring(from, headEnd).split(LINE_END, -1);
    Matcher start = REQUEST_LINE.matcher(lines[0]);
    if (!start.matches()) {
      return new Next.Malformed("request line");
    }
    List<String[]> fields = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      Matcher field = FIELD.matcher(lines[i]);
      if (!field.matches()) {
        return new Next.Malformed("field " + lines[i]);
      }
      fields.add(new String[] {field.group(1), field.group(2)});
    }
    Message head = new Message(start.group(1), start.group(2), fields, "");
    return body(head, start.group(3), bytes, headEnd + 4);
  }

  private static Next body(Message head, String version, String bytes, int from) {
    List<String> lengths = head.values("Content-Length");
    List<String> codings = head.values("Transfer-Encoding");
    List<String> hosts = head.values("Host");
    boolean http11 = version.equals("HTTP/1.1");
    if (hosts.size() > 1 || (http11 && hosts.isEmpty())) {
      return new Next.Malformed("Host");
    }
    if (!codings.isEmpty()) {
      return http11
              && lengths.isEmpty()
              && codings.size() == 1
              && codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")
          ? chunks(head, bytes, from)
          : new Next.Malformed("Transfer-Encoding");
    }
    if (lengths.isEmpty()) {
      return new Next.Whole(head, from);
    }
    if (lengths.size() > 1 || !lengths.getFirst().matches("[0-9]{1,18}")) {
      return new Next.Malformed("Content-Length");
    }
    long length = Long.parseLong(lengths.getFirst());
    return length > bytes.length() - from
        ? new Next.Unfinished()
        : whole(head, bytes.substring(from, from + (int) length), from + (int) length);
  }

  private static Next whole(Message head, String body, int end) {
    return new Next.Whole(new Message(head.method(), head.target(), head.fields(), body), end);
  }

  private static Next chunks(Message head, String bytes, int begin) {
    StringBuilder body = new StringBuilder();
    int from = begin;
    while (true) {
      int lineEnd = bytes.indexOf(LINE_END, from);
      if (lineEnd < 0) {
        return new Next.Unfinished();
      }
      Matcher chunk = CHUNK.matcher(bytes.substring(from, lineEnd));
      if (!chunk.matches()) {
        return new Next.Malformed("chunk size");
      }
      int size = Integer.parseInt(chunk.group(1), 16);
      from = lineEnd + 2;
      if (size == 0) {
        return trailers(head, body.toString(), bytes, from);
      }
      if (size + 2L > bytes.length() - from) {
        return new Next.Unfinished();
      }
      body.append(bytes, from, from + size);
      from += size + 2;
      if (!bytes.startsWith(LINE_END, from - 2)) {
        return new Next.Malformed("chunk end");
      }
    }
  }

  private static Next trailers(Message head, String body, String bytes, int begin) {
    int from = begin;
    while (true) {
      int lineEnd = bytes.indexOf(LINE_END, from);
      if (lineEnd < 0) {
        return new Next.Unfinished();
      }
      String line = bytes.substring(from, lineEnd);
      from = lineEnd + 2;
      if (line.isEmpty()) {
        return whole(head, body, from);
      }
      if (!FIELD.matcher(line).matches()) {
        return new Next.Malformed("trailer");
      }
    }
  }
}
