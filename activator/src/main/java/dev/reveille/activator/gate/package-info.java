/** The bounded waiting room of one endpoint: decides who is forwarded, waits or is refused. */
@NullMarked
package dev.reveille.activator.gate;

import org.jspecify.annotations.NullMarked;
