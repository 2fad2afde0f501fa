/** JSON lines. */
@NullMarked
package dev.reveille.modelserver.log;

import org.jspecify.annotations.NullMarked;
