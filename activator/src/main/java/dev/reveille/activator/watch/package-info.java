/** Watches the cluster. */
@NullMarked
package dev.reveille.activator.watch;

import org.jspecify.annotations.NullMarked;
