/** Pods of warm pools: who is free, and the claiming of one for an endpoint that wakes. */
@NullMarked
package dev.reveille.activator.pool;

import org.jspecify.annotations.NullMarked;
