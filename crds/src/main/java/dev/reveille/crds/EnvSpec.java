package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import org.jspecify.annotations.Nullable;

/** One environment variable. */
@ValidationRule(
    value = "!(has(self.value) && has(self.valueFrom))",
    message = "a variable has a value or a valueFrom, not both: remove one of the two")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
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
    @JsonPropertyDescription("Its value.") @Size(max = 32768) @Nullable String value,
    @JsonPropertyDescription(
            "Where its value is: a key of a Secret or ConfigMap of the namespace, or a field of the"
                + " pod.")
        @Nullable EnvVarSource valueFrom) {

  public EnvSpec {
    value = value == null && valueFrom == null ? "" : value;
  }
}
