/** Start-up timeline and metrics. */
@NullMarked
package dev.reveille.modelserver.measure;

import org.jspecify.annotations.NullMarked;
