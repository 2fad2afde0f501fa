/** Who can serve an endpoint now: hello, probe, confirmation. */
@NullMarked
package dev.reveille.activator.backend;

import org.jspecify.annotations.NullMarked;
