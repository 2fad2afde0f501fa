/** The store of model files. */
@NullMarked
package dev.reveille.activator.depot;

import org.jspecify.annotations.NullMarked;
