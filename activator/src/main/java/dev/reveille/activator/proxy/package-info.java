/** Speaks HTTP to clients and backends: one exchange, from request to last byte. */
@NullMarked
package dev.reveille.activator.proxy;

import org.jspecify.annotations.NullMarked;
