/** Decides what an endpoint's status says; pure. */
@NullMarked
package dev.reveille.operator.status;

import org.jspecify.annotations.NullMarked;
