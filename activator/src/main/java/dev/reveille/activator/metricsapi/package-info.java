/** The External Metrics API, which the autoscalers ask: what is asked of each endpoint. */
@NullMarked
package dev.reveille.activator.metricsapi;

import org.jspecify.annotations.NullMarked;
