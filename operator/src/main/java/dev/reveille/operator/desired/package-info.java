/** Shapes the Kubernetes objects of an endpoint; pure. */
@NullMarked
package dev.reveille.operator.desired;

import org.jspecify.annotations.NullMarked;
