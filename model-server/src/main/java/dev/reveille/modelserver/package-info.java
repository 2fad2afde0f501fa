/** Serves one ONNX model over HTTP. */
@NullMarked
package dev.reveille.modelserver;

import org.jspecify.annotations.NullMarked;
