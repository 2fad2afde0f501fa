/** The activators' External Metrics API: its certificate, and its registration with the cluster. */
@NullMarked
package dev.reveille.operator.metricsapi;

import org.jspecify.annotations.NullMarked;
