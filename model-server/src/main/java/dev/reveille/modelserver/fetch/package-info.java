/** Getting the model's bytes: from the depot or a file. */
@NullMarked
package dev.reveille.modelserver.fetch;

import org.jspecify.annotations.NullMarked;
