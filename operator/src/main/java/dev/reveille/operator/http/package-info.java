/** Health and metrics. */
@NullMarked
package dev.reveille.operator.http;

import org.jspecify.annotations.NullMarked;
