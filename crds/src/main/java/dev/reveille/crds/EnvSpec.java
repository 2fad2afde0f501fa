package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** One environment variable. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EnvSpec(
    @JsonPropertyDescription("The variable's name.")
        @Required
        @Size(max = 253)
        @ValidationRule(
            value = "self.matches('^[A-Za-z_][A-Za-z0-9_]*$') && !self.startsWith('REVEILLE_')",
            message =
                "write letters, digits and '_', not beginning with a digit; names that begin with"
                    + " REVEILLE_ are Reveille's own")
        String name,
    @JsonPropertyDescription("Its value.") @Size(max = 32768) String value) {

  public EnvSpec {
    value = value == null ? "" : value;
  }
}
