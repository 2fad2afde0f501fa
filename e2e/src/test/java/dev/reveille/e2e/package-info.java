/** End-to-end tests on a real Kubernetes: one class a behaviour, in the words of a user. */
package dev.reveille.e2e;
