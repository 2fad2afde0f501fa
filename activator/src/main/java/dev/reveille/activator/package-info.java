/** Holds the first requests, wakes the model server, forwards, measures. */
@NullMarked
package dev.reveille.activator;

import org.jspecify.annotations.NullMarked;
