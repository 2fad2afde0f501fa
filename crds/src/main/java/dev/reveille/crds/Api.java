package dev.reveille.crds;

/** Names of the API: group, kinds, labels. */
public final class Api {
  public static final String GROUP = "reveille.dev";
  public static final String VERSION = "v1alpha1";
  public static final String KIND = "InferenceEndpoint";
  public static final String PLURAL = "inferenceendpoints";

  /** The endpoint's name; on everything that belongs to an endpoint, its pods too. */
  public static final String ENDPOINT_LABEL = "reveille.dev/endpoint";

  /** The endpoint's name; on everything of its canary, whose own name is {@link Canary#name}. */
  public static final String CANARY_LABEL = "reveille.dev/canary-of";

  /** The endpoint's UID; on its pods, so that a pod of a deleted namesake is told apart. */
  public static final String ENDPOINT_UID_LABEL = "reveille.dev/endpoint-uid";

  /** Which desired pod template a pod was made from. */
  public static final String REVISION_LABEL = "reveille.dev/revision";

  public static final String POOL_KIND = "WarmPool";
  public static final String POOL_PLURAL = "warmpools";

  /** The WarmPool's name; on its pods, until one is handed over to an endpoint. */
  public static final String POOL_LABEL = "reveille.dev/warm-pool";

  /** The endpoint's name; on a pod of a WarmPool that was handed over to that endpoint. */
  public static final String BRIDGE_LABEL = "reveille.dev/bridge";

  /** On an endpoint: a new value wakes it. */
  public static final String WAKE_ANNOTATION = "reveille.dev/wake";

  /** On an endpoint: a new value puts it to sleep as soon as nothing runs or waits. */
  public static final String SLEEP_ANNOTATION = "reveille.dev/sleep";

  /** The condition that lets a wake claim a pod of the pool; the operator alone writes it. */
  public static final String POOL_CONDITION = "WarmPoolUsable";

  /** The condition that lets a canary have its share of the requests; the operator's too. */
  public static final String CANARY_CONDITION = "CanaryProven";

  public static final String COMPONENT_LABEL = "app.kubernetes.io/component";
  public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
  public static final String MANAGED_BY = "reveille";

  private Api() {}
}
