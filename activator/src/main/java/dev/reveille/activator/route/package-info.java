/** From host and path to an endpoint; pure. */
@NullMarked
package dev.reveille.activator.route;

import org.jspecify.annotations.NullMarked;
