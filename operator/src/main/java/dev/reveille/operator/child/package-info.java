/** Writes an endpoint's objects, scale and events. */
@NullMarked
package dev.reveille.operator.child;

import org.jspecify.annotations.NullMarked;
