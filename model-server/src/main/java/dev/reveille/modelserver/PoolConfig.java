package dev.reveille.modelserver;

import java.net.URI;
import java.util.Map;

/**
 * What the environment of a warm pool's pod says: whose pool it is, and nothing of a model.
 *
 * @param host the address to listen at
 * @param port where to listen; 0: any free port
 * @param helloUrl the activator's address for hellos of pool pods
 * @param spentDir a folder that outlives the container; empty: nothing tells that it was restarted
 * @param threads threads of one inference, where a claim does not say
 */
public record PoolConfig(
    String host, int port, String helloUrl, Pool pool, String spentDir, int threads) {

  /** The pool, what this pod was made from, and the key that proves it. */
  public record Pool(String uid, String namespace, String name, String revision, String key) {}

  /** Whether {@code env} is that of a pool's pod. */
  static boolean isMeant(Map<String, String> env) {
    return !env.getOrDefault(Wire.POOL_UID_ENV, "").isEmpty();
  }

  /** Reads {@code env}; {@code processors} is the default of the threads. */
  public static PoolConfig parse(Map<String, String> env, int processors) throws Config.BadConfig {
    Environment read = new Environment(env);
    PoolConfig config =
        new PoolConfig(
            Listener.EVERYWHERE,
            read.number(Wire.PORT_ENV, Wire.PORT, 0, 65535),
            read.url(Wire.HELLO_URL_ENV),
            new Pool(
                read.mandatory(Wire.POOL_UID_ENV),
                read.mandatory(Wire.POOL_NAMESPACE_ENV),
                read.mandatory(Wire.POOL_NAME_ENV),
                read.text(Wire.REVISION_ENV, ""),
                read.mandatory(Wire.KEY_ENV)),
            read.text(Wire.SPENT_DIR_ENV, ""),
            read.number(Wire.THREADS_ENV, processors, 1, Config.MOST_THREADS));
    read.mandatory(Wire.HELLO_URL_ENV);
    for (String name : new String[] {Wire.MODEL_URL_ENV, Wire.MODEL_PATH_ENV}) {
      if (!read.text(name, "").isEmpty()) {
        read.problem(name + " and " + Wire.POOL_UID_ENV + " exclude each other");
      }
    }
    read.throwProblems();
    return config;
  }

  /** The same path at this pod's own activator address: where to greet when {@code url} is dead. */
  public String ownActivator(String url) {
    return "http://" + URI.create(helloUrl).getRawAuthority() + URI.create(url).getRawPath();
  }
}
