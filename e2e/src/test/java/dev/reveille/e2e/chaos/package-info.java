/**
 * Whether the promise holds: not one request lost, crossed or doubled. Customers whose every answer
 * is checked, somebody who strikes meanwhile, and a judge of what was not answered.
 */
package dev.reveille.e2e.chaos;
