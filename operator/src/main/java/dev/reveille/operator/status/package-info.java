/** Decides what the status of an endpoint or a pool says; pure. */
@NullMarked
package dev.reveille.operator.status;

import org.jspecify.annotations.NullMarked;
