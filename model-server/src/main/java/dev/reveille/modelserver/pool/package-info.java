/** A pod of a warm pool: free until one endpoint claims it, and then its own for ever. */
@NullMarked
package dev.reveille.modelserver.pool;

import org.jspecify.annotations.NullMarked;
