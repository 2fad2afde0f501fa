/** What this replica knows of each endpoint. */
@NullMarked
package dev.reveille.activator.endpoint;

import org.jspecify.annotations.NullMarked;
