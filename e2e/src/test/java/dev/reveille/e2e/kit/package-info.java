/**
 * What the end-to-end tests are written with: a cluster, a sandbox namespace, endpoints, requests
 * and their answers. It knows the Kubernetes API and HTTP, nothing of Reveille's inside.
 */
package dev.reveille.e2e.kit;
