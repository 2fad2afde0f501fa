/** Reconciles InferenceEndpoints and WarmPools. */
@NullMarked
package dev.reveille.operator;

import org.jspecify.annotations.NullMarked;
