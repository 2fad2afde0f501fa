package dev.reveille.operator.metricsapi;

/** Whether the autoscalers may ask the activators. */
public sealed interface Provider {
  /** They may. */
  record Ours() implements Provider {}

  /** They may not, and go by CPU instead; {@code why} also says what to do about it. */
  record Barred(String why) implements Provider {}
}
