package dev.reveille.e2e.bench;

import dev.reveille.e2e.kit.ServerTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cold starts as a picture: one bar a phase, each beginning where the one before ends, all on one
 * scale. Plain SVG on a card of its own, so that it reads on light and dark pages.
 */
final class Waterfall {
  private static final int WIDTH = 860;
  private static final int LEFT = 128; // of the bars; labels lie before it
  private static final int RIGHT = 756; // of the bars; there is room for the last one's figure
  private static final int ROW = 22;
  private static final int TOP = 58;
  private static final int GROUP_HEAD = 34;
  private static final int GROUP_GAP = 18;
  private static final int FOOT = 34; // the scale's figures

  private static final String STYLE =
      """
      <style>
        text { font: 13px system-ui, sans-serif; fill: #1f2328; }
        .title { font-size: 15px; font-weight: 600; }
        .muted { fill: #656d76; }
        .name { text-anchor: end; }
        .figure { font-variant-numeric: tabular-nums; }
        .title, .figure { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; }
        .card { fill: #ffffff; stroke: #d0d7de; rx: 8px; }
        .tick { text-anchor: middle; }
        rect { rx: 2px; }
        .grid { fill: #eaeef2; }
        .kubernetes { fill: #6e7fd6; }
        .activator { fill: #d9822b; }
        .server { fill: #2f9e77; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .title, .figure { stroke: #151b23; }
          .muted { fill: #8d96a0; }
          .card { fill: #151b23; stroke: #3d444d; }
          .grid { fill: #262c36; }
          .kubernetes { fill: #8593e6; }
          .activator { fill: #e59a4c; }
          .server { fill: #45b78e; }
        }
      </style>
      """;

  private final List<Group> groups = new ArrayList<>();

  /** Whose time a phase is. */
  enum Owner {
    KUBERNETES("Kubernetes"),
    ACTIVATOR("activator"),
    SERVER("model server");

    private final String label;

    Owner(String label) {
      this.label = label;
    }

    static Owner of(String phase) {
      return switch (phase) {
        case "create", "schedule", "address", "container" -> KUBERNETES;
        case "scale", "claim", "hello", "forward" -> ACTIVATOR;
        default -> SERVER;
      };
    }

    String style() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Group(String title, List<ServerTiming.Phase> phases) {
    double total() {
      return phases.stream().mapToDouble(ServerTiming.Phase::millis).sum();
    }

    int height() {
      return GROUP_HEAD + phases.size() * ROW + GROUP_GAP;
    }
  }

  Waterfall add(String title, List<ServerTiming.Phase> phases) {
    groups.add(new Group(title, phases));
    return this;
  }

  String svg() {
    double longest = groups.stream().mapToDouble(Group::total).max().orElse(1);
    double scale = (RIGHT - LEFT) / longest; // pixels per millisecond
    int bottom = TOP + groups.stream().mapToInt(Group::height).sum();
    StringBuilder svg =
        new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"")
            .append(" aria-label=\"Cold starts, phase by phase\"")
            .append(" viewBox=\"0 0 " + WIDTH + " " + (bottom + FOOT) + "\">\n")
            .append(STYLE)
            .append(rect("card", .5, .5, WIDTH - 1, bottom + FOOT - 1));
    legend(svg);
    grid(svg, longest, scale, bottom);
    int y = TOP;
    for (Group group : groups) {
      bars(svg, group, y, scale);
      y += group.height();
    }
    return svg.append("</svg>\n").toString();
  }

  private static void legend(StringBuilder svg) {
    int x = LEFT;
    for (Owner owner : Owner.values()) {
      svg.append(rect(owner.style(), x, 20, 12, 12)).append(text("muted", x + 18, 31, owner.label));
      x += 128;
    }
  }

  private static void grid(StringBuilder svg, double longest, double scale, int bottom) {
    int step = step(longest);
    for (int millis = 0; millis <= longest; millis += step) {
      double x = LEFT + millis * scale;
      svg.append(rect("grid", x, TOP, 1, bottom - TOP))
          .append(text("muted tick", x, bottom + 18, millis == 0 ? "0 ms" : "" + millis));
    }
  }

  /** Between ticks, in milliseconds: 1, 2 or 5 times a power of ten, so that there are up to 10. */
  static int step(double longest) {
    for (int power = 1; ; power *= 10) {
      for (int factor : new int[] {1, 2, 5}) {
        if (longest / (factor * power) <= 10) {
          return factor * power;
        }
      }
    }
  }

  private static void bars(StringBuilder svg, Group group, int top, double scale) {
    svg.append(text("title", 16, top + 20, group.title()));
    int y = top + GROUP_HEAD;
    double at = LEFT;
    for (ServerTiming.Phase phase : group.phases()) {
      double width = phase.millis() * scale;
      double visible = Math.max(1.5, width);
      svg.append(text("name", LEFT - 10, y + 15, phase.name()))
          .append(rect(Owner.of(phase.name()).style(), at, y + 4, visible, ROW - 7))
          .append(text("figure", at + visible + 6, y + 15, number(phase.millis()) + " ms"));
      at += width;
      y += ROW;
    }
  }

  private static String rect(String style, double x, double y, double width, double height) {
    return ("<rect class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + number(y))
        + ("\" width=\"" + number(width) + "\" height=\"" + number(height) + "\"/>\n");
  }

  private static String text(String style, double x, double y, String words) {
    String safe = words.replace("&", "&amp;").replace("<", "&lt;");
    return ("<text class=\"" + style + "\" x=\"" + number(x) + "\" y=\"" + number(y) + "\">")
        + (safe + "</text>\n");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
