/** What this installation is: its key, its Services. */
@NullMarked
package dev.reveille.operator.install;

import org.jspecify.annotations.NullMarked;
