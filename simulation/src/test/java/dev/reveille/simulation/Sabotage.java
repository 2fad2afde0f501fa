package dev.reveille.simulation;

/** A bug put in on purpose, to see that the rules find it. */
enum Sabotage {
  NONE,
  /** The fence answers without those that wait. */
  FENCE_FORGETS_WAITING,
  /** The fence answers without those that run. */
  FENCE_FORGETS_RUNNING,
  /** The fence answers, and stops nothing. */
  FENCE_STOPS_NOTHING,
  /** The operator writes 0 whatever became of the fence. */
  SLEEP_WITHOUT_ASKING,
  /** A wake takes the next one in before it is over. */
  WAKES_AT_ONCE,
  /** The fence is lifted, and nothing forgotten, when the endpoint sleeps. */
  TAKES_A_SLEEP_FOR_NONE,
  /** Whatever broke is sent again. */
  ALWAYS_REPLAYS,
  /** One request goes out twice. */
  FORWARDS_TWICE,
  /** A request that waited too long is dropped without a word. */
  FORGETS_THE_IMPATIENT,
  /** A lease is not given back. */
  KEEPS_LEASES,
  /** The pool pod takes a second claim. */
  POD_TAKES_TWO_CLAIMS,
  /** A pod runs what is meant for another process. */
  POD_RUNS_ANYTHING,
  /** A pod that is told to end breaks off what it runs. */
  POD_CUTS,
  /** The gate has no bounds. */
  NO_BOUNDS,
  /** A replica gets as many requests as come. */
  NO_LIMIT
}
