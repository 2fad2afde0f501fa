/** Reads, decides, acts, reports: the one chain. */
@NullMarked
package dev.reveille.operator.reconcile;

import org.jspecify.annotations.NullMarked;
