/** Which activator an endpoint with a hard limit is at home at, and the way there. */
@NullMarked
package dev.reveille.activator.home;

import org.jspecify.annotations.NullMarked;
