/** The internal listener: hello, depot, load, fences, peers, health, metrics. */
@NullMarked
package dev.reveille.activator.internal;

import org.jspecify.annotations.NullMarked;
