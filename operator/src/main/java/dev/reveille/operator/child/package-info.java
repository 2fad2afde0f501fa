/** Writes objects of endpoints and pools, scales, pods of pools and events. */
@NullMarked
package dev.reveille.operator.child;

import org.jspecify.annotations.NullMarked;
