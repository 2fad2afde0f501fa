/** Fakes with behaviour: an API server, an activator. */
package dev.reveille.operator.kit;
