package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a second version has instead of the first one's, and which requests go to it. */
@ValidationRule(
    value = "has(self.model) || has(self.server) || has(self.container)",
    message =
        "spec.canary is no other version: write what it has instead of the endpoint's model, server"
            + " or container")
@ValidationRule(
    value = "!(has(self.container) && (has(self.model) || has(self.server)))",
    message =
        "spec.canary.container stands for model and server together: keep it alone, or remove it")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CanarySpec(
    @JsonPropertyDescription("Another model.") @Nullable ModelSpec model,
    @JsonPropertyDescription("Another way to run Reveille's model server.")
        @Nullable ServerSpec server,
    @JsonPropertyDescription("An HTTP server of your own, instead of model and server.")
        @Nullable ContainerSpec container,
    @JsonPropertyDescription(
            "Of a hundred requests so many go to the canary, once it has served. 0: only those that"
                + " headers choose.")
        @Default("0")
        @Min(0)
        @Max(100)
        Integer percent,
    @JsonPropertyDescription(
            "Requests that carry all of these header fields go to the canary, whatever the per cent;"
                + " while it starts they wait.")
        @ValidationRule(
            value = "self.all(name, name.size() <= 128 && name.matches('^[A-Za-z0-9-]+$'))",
            message = "write header names of letters, digits and '-', 128 at most")
        Map<String, String> headers,
    @JsonPropertyDescription(
            "A request header whose value decides instead of chance: who sends the same value gets"
                + " the same version.")
        @Size(max = 128)
        @ValidationRule(
            value = "self.matches('^[A-Za-z0-9-]+$')",
            message = "write the name of a request header, such as X-User")
        @Nullable String sticky) {

  public CanarySpec {
    percent = percent == null ? 0 : percent;
    headers = headers == null ? Map.of() : Map.copyOf(headers);
  }

  /** Another model for so many of a hundred requests. */
  public static CanarySpec of(ModelSpec model, int percent) {
    return new CanarySpec(model, null, null, percent, Map.of(), null);
  }
}
