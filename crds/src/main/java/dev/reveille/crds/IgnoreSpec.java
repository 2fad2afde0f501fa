package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** GET, HEAD and OPTIONS requests that are no demand; others always are. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record IgnoreSpec(
    @JsonPropertyDescription(
            "What the User-Agent of ignored requests begins with, such as Acme-Monitor/; upper and"
                + " lower case alike.")
        @Size(max = 32)
        List<@Size(min = 1, max = 256) String> userAgents,
    @JsonPropertyDescription(
            "Paths of ignored requests, as the endpoint sees them, without a query, such as /ping.")
        @Size(max = 32)
        @ValidationRule(
            value = "self.all(each, each.startsWith('/') && !each.contains('?'))",
            message = "write paths that begin with / and have no ?, such as /ping")
        List<@Size(max = 256) String> paths) {

  public static final IgnoreSpec NONE = new IgnoreSpec(List.of(), List.of());

  public IgnoreSpec {
    userAgents = userAgents == null ? List.of() : List.copyOf(userAgents);
    paths = paths == null ? List.of() : List.copyOf(paths);
  }
}
