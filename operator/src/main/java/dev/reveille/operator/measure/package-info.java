/** What the operator counts of itself. */
@NullMarked
package dev.reveille.operator.measure;

import org.jspecify.annotations.NullMarked;
