/** Which of several operators acts, and how one stops. */
@NullMarked
package dev.reveille.operator.lead;

import org.jspecify.annotations.NullMarked;
