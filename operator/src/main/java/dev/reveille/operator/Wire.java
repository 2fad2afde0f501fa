package dev.reveille.operator;

/** This side of the wire contract (the table in ARCHITECTURE.md). */
public final class Wire {
  public static final int INTERNAL_PORT = 8081;
  public static final int MODEL_PORT = 8080;

  public static final String HELLO_PATH = "/internal/v1/hello";
  public static final String POOLS_HELLO_PATH = "/internal/v1/pools/hello";
  public static final String MODELS_PATH = "/internal/v1/models/";
  public static final String LOAD_PATH = "/internal/v1/load";
  public static final String FENCES_PATH = "/internal/v1/fences/";
  public static final String READY_PATH = "/v2/health/ready";

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
  public static final String MAX_BODY_BYTES_ENV = "REVEILLE_MAX_BODY_BYTES";

  public static final String READY_CONDITION = "Ready";

  public static final String KEYS_SECRET = "reveille-keys";
  public static final String MASTER_KEY = "master";

  public static final String CONCURRENCY_METRIC = "reveille-concurrency";
  public static final String REQUESTS_METRIC = "reveille-requests-per-second";
  public static final String METRICS_SERVICE = "reveille-activator-metrics";
  public static final String METRICS_SECRET = "reveille-metrics-tls";
  public static final String METRICS_CERTIFICATE = "tls.crt";
  public static final String METRICS_KEY = "tls.key";

  private Wire() {}
}
