/** Shapes the Kubernetes objects of an endpoint or a pool; pure. */
@NullMarked
package dev.reveille.operator.desired;

import org.jspecify.annotations.NullMarked;
