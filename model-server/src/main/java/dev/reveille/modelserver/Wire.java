package dev.reveille.modelserver;

/** This side of the wire contract (the table in ARCHITECTURE.md). */
public final class Wire {
  public static final int PORT = 8080;
  public static final String REPORT_PATH = "/reveille/hello";
  public static final String READY_PATH = "/v2/health/ready";
  public static final String CLAIM_PATH = "/reveille/claim";
  public static final String STARTUP_PATH = "/reveille/startup";

  public static final String INSTANCE = "X-Reveille-Instance";
  public static final String UNEXECUTED = "X-Reveille-Unexecuted";
  public static final String ENDPOINT = "X-Reveille-Endpoint";
  public static final String REVISION = "X-Reveille-Revision";
  public static final String GRAPH = "X-Reveille-Graph";

  /** What this program makes of a model and loads: ONNX Runtime's own format, so its version. */
  public static final String GRAPH_FORMAT = "ort-1.26.0-extended";

  /** Before the form: the graph that was handed out does not load. */
  public static final String BROKEN = "broken ";

  public static final String GRAPH_TO = "X-Reveille-Graph-To";
  public static final String MODEL_DIGEST = "X-Reveille-Model-Digest";
  public static final String REQUEST_ID = "X-Request-Id";

  public static final String HELLO_URL_ENV = "REVEILLE_HELLO_URL";
  public static final String MODEL_URL_ENV = "REVEILLE_MODEL_URL";
  public static final String MODEL_PATH_ENV = "REVEILLE_MODEL_PATH";
  public static final String MODEL_DIGEST_ENV = "REVEILLE_MODEL_DIGEST";
  public static final String MODEL_NAME_ENV = "REVEILLE_MODEL_NAME";
  public static final String MODEL_VERSION_ENV = "REVEILLE_MODEL_VERSION";
  public static final String MODEL_ID_ENV = "REVEILLE_MODEL_ID";
  public static final String ENDPOINT_UID_ENV = "REVEILLE_ENDPOINT_UID";
  public static final String REVISION_ENV = "REVEILLE_REVISION";
  public static final String KEY_ENV = "REVEILLE_KEY";
  public static final String THREADS_ENV = "REVEILLE_THREADS";
  public static final String POOL_UID_ENV = "REVEILLE_POOL_UID";
  public static final String POOL_NAMESPACE_ENV = "REVEILLE_POOL_NAMESPACE";
  public static final String POOL_NAME_ENV = "REVEILLE_POOL_NAME";
  public static final String SPENT_DIR_ENV = "REVEILLE_SPENT_DIR";
  public static final String PORT_ENV = "REVEILLE_PORT";
  public static final String MAX_BODY_BYTES_ENV = "REVEILLE_MAX_BODY_BYTES";

  private Wire() {}
}
