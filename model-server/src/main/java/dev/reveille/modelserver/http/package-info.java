/** Speaks HTTP: the Open Inference Protocol (V2), predict, health, metrics. */
@NullMarked
package dev.reveille.modelserver.http;

import org.jspecify.annotations.NullMarked;
