/** The model: checking its bytes, loading it, tensors in and out. */
@NullMarked
package dev.reveille.modelserver.model;

import org.jspecify.annotations.NullMarked;
