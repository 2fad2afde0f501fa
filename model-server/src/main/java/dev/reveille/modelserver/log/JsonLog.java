package dev.reveille.modelserver.log;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.PrintStream;
import java.time.Instant;

/** A log of JSON lines; no framework, because start-up time is this program's product. */
public final class JsonLog {
  private final PrintStream out;

  public JsonLog(PrintStream out) {
    this.out = out;
  }

  /** One line; {@code fields} are name, value, name, value …; numbers and booleans stay bare. */
  public void info(String message, Object... fields) {
    line("info", message, fields);
  }

  public void warn(String message, Object... fields) {
    line("warn", message, fields);
  }

  private void line(String level, String message, Object... fields) {
    StringBuilder line = new StringBuilder(160);
    line.append("{\"time\":\"").append(Instant.now()).append("\",\"level\":\"").append(level);
    line.append("\",\"message\":");
    quote(line, message);
    for (int i = 0; i + 1 < fields.length; i += 2) {
      line.append(',');
      quote(line, String.valueOf(fields[i]));
      line.append(':');
      Object value = fields[i + 1];
      if (value instanceof Number || value instanceof Boolean) {
        line.append(value);
      } else {
        quote(line, String.valueOf(value));
      }
    }
    out.println(line.append('}'));
  }

  private static void quote(StringBuilder line, String text) {
    line.append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, line);
    line.append('"');
  }
}
