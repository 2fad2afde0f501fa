package dev.reveille.activator;

import java.util.Set;

/** This side of the wire contract (the table in ARCHITECTURE.md). */
public final class Wire {
  public static final int DATA_PORT = 8080;
  public static final int INTERNAL_PORT = 8081;
  public static final int METRICS_PORT = 8443;
  public static final int MODEL_PORT = 8080;

  public static final String HELLO_PATH = "/internal/v1/hello";
  public static final String MODELS_PATH = "/internal/v1/models/";
  public static final String LOAD_PATH = "/internal/v1/load";
  public static final String FENCES_PATH = "/internal/v1/fences/";
  public static final String PEERS_HELLO_PATH = "/internal/v1/peers/hello";
  public static final String POOLS_HELLO_PATH = "/internal/v1/pools/hello";
  public static final String PEERS_POOLS_HELLO_PATH = "/internal/v1/peers/pools/hello";
  public static final String PEERS_DEMAND_PATH = "/internal/v1/peers/demand";
  public static final String REPORT_PATH = "/reveille/hello";
  public static final String CLAIM_PATH = "/reveille/claim";
  public static final String WAKE_PATH = "/reveille/v1/namespaces/";

  public static final String INSTANCE = "X-Reveille-Instance";
  public static final String UNEXECUTED = "X-Reveille-Unexecuted";
  public static final String ENDPOINT = "X-Reveille-Endpoint";
  public static final String REVISION = "X-Reveille-Revision";
  public static final String GRAPH = "X-Reveille-Graph";

  /** Before the form in the field above: the graph that was handed out does not load. */
  public static final String BROKEN = "broken ";

  public static final String GRAPH_TO = "X-Reveille-Graph-To";
  public static final String MODEL_DIGEST = "X-Reveille-Model-Digest";

  /** From an activator to the one that has the endpoint's gate; its value is their key. */
  public static final String RELAYED = "X-Reveille-Relayed";

  public static final String REQUEST_ID = "X-Request-Id";

  public static final String VERSION = "X-Reveille-Version";

  /** What the revision of a bridge begins with: the pool pod's own follows. */
  public static final String BRIDGE_REVISION = "bridge-";

  public static final String READY_CONDITION = "Ready";

  /** Reasons of Ready=False for which an endpoint cannot be woken while they last. */
  public static final Set<String> NO_WAKE =
      Set.of("NameTaken", "NamespaceTerminating", "ObjectRefused");

  public static final String CRASHING = "Crashing";

  /** Reasons of Ready=False that are its pods': another try may go better. */
  public static final Set<String> POD_TROUBLE =
      Set.of(
          "ContainerRefused",
          CRASHING,
          "ImagePull",
          "OutOfMemory",
          "PodRefused",
          "RunsAsRoot",
          "Unschedulable");

  public static final String KEYS_SECRET = "reveille-keys";
  public static final String MASTER_KEY = "master";

  public static final String CONCURRENCY_METRIC = "reveille-concurrency";
  public static final String REQUESTS_METRIC = "reveille-requests-per-second";
  public static final String METRICS_SECRET = "reveille-metrics-tls";
  public static final String METRICS_CERTIFICATE = "tls.crt";
  public static final String METRICS_KEY = "tls.key";

  private Wire() {}
}
