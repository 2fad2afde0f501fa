/** Decides: sleep, raise, or leave alone; pure. */
@NullMarked
package dev.reveille.operator.lifecycle;

import org.jspecify.annotations.NullMarked;
