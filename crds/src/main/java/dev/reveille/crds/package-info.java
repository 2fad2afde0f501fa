/** The API: what a user writes and reads, as records; the CRD YAML is generated from them. */
@NullMarked
package dev.reveille.crds;

import org.jspecify.annotations.NullMarked;
