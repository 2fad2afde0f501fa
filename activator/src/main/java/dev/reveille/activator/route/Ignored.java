package dev.reveille.activator.route;

import dev.reveille.crds.IgnoreSpec;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are no demand: they neither wake an endpoint nor keep it awake. They may be
 * answered without asking the model, so only methods that execute nothing can be among them; and a
 * CORS preflight is not, for the call that it asks about follows.
 */
public final class Ignored {
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS");

  /** What the User-Agent of well-known health checkers begins with. */
  private static final List<String> CHECKERS =
      List.of(
          "kube-probe/",
          "GoogleHC/",
          "GoogleStackdriverMonitoring-UptimeChecks",
          "ELB-HealthChecker/",
          "Amazon-Route53-Health-Check-Service",
          "Edge Health Probe", // Azure Front Door
          "Azure Traffic Manager Endpoint Monitor",
          "Load Balancer Agent", // Azure Load Balancer
          "Consul Health Check",
          "Envoy/HC",
          "Blackbox Exporter/");

  private static final Set<String> PATHS =
      Set.of("/v2/health/live", "/v2/health/ready", "/healthz", "/livez", "/readyz");

  private Ignored() {}

  /**
   * Decides by what is always ignored and what the endpoint adds.
   *
   * @param uri path and query as the backend would see them
   * @param agent the User-Agent; null without one
   * @param preflight whether there is an Access-Control-Request-Method
   */
  public static boolean is(
      String method, String uri, @Nullable String agent, boolean preflight, IgnoreSpec own) {
    if (!METHODS.contains(method) || (preflight && method.equals("OPTIONS"))) {
      return false;
    }
    String path = path(uri);
    return (path.equals("/") && !method.equals("GET"))
        || PATHS.contains(path)
        || own.paths().contains(path)
        || (agent != null && (begins(agent, CHECKERS) || begins(agent, own.userAgents())));
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static boolean begins(String agent, List<String> beginnings) {
    return beginnings.stream()
        .anyMatch(each -> agent.regionMatches(true, 0, each, 0, each.length()));
  }
}
