/** Keeps the house tidy: dependency rule, names, sizes, docs. */
package dev.reveille.e2e.tidy;
