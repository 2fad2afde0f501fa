/** Reconciles InferenceEndpoints. */
@NullMarked
package dev.reveille.operator;

import org.jspecify.annotations.NullMarked;
