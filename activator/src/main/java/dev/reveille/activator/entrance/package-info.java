/**
 * What of a client's bytes is let in: nothing that somebody could read otherwise than we do, and
 * nobody who takes for ever to say it (ADR 0022).
 */
@NullMarked
package dev.reveille.activator.entrance;

import org.jspecify.annotations.NullMarked;
