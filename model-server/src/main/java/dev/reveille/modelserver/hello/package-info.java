/** Tells the activator that this pod can serve, or why it cannot. */
@NullMarked
package dev.reveille.modelserver.hello;

import org.jspecify.annotations.NullMarked;
