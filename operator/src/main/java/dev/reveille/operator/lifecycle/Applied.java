package dev.reveille.operator.lifecycle;

/** How it went to make an endpoint's objects so. */
public sealed interface Applied {
  /** They are as desired. */
  record Done() implements Applied {}

  /** {@code object} has the endpoint's name and another owner: it is left alone. */
  record NameTaken(String object) implements Applied {}

  /** {@code object} belonged to a deleted endpoint of the same name and is about to go. */
  record Leaving(String object) implements Applied {}

  /** The namespace is being deleted: nothing is made in it any more. */
  record Ending() implements Applied {}

  /** The cluster does not let us write {@code object}: a quota, an admission webhook, a limit. */
  record Refused(String object, String why) implements Applied {}
}
