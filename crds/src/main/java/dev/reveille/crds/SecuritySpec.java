package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As whom a server runs and what it may do: by default what Pod Security's level "restricted" asks
 * for, at most what its level "baseline" allows.
 */
@ValidationRule(
    value =
        "!has(self.runAsUser) || self.runAsUser != 0 ||"
            + " (has(self.runAsNonRoot) && !self.runAsNonRoot)",
    message = "user 0 is root: write another user, or runAsNonRoot: false too if that is meant")
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SecuritySpec(
    @JsonPropertyDescription("The user. Default: the image's, which must be a number other than 0.")
        @Min(0)
        @Max(2147483647)
        @Nullable Long runAsUser,
    @JsonPropertyDescription("The group. Default: the image's.") @Min(0) @Max(2147483647)
        @Nullable Long runAsGroup,
    @JsonPropertyDescription(
            "False: the server may run as root, where the namespace's Pod Security lets it."
                + " Default: true.")
        @Nullable Boolean runAsNonRoot,
    @JsonPropertyDescription("The group that volumes belong to.") @Min(0) @Max(2147483647)
        @Nullable Long fsGroup,
    @JsonPropertyDescription("True: the image's files cannot be changed.")
        @Nullable Boolean readOnlyRootFilesystem,
    @JsonPropertyDescription("Capabilities. Default: none.")
        @Nullable CapabilitiesSpec capabilities) {

  /** What root may do, piece by piece; all is dropped that is not added. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record CapabilitiesSpec(
      @JsonPropertyDescription("Those that the server gets.")
          @Size(max = 16)
          @ValidationRule(
              value =
                  "self.all(each, each in ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER',"
                      + " 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID',"
                      + " 'SETPCAP', 'SETUID', 'SYS_CHROOT'])",
              message =
                  "write capabilities that Pod Security's level baseline allows: AUDIT_WRITE,"
                      + " CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, MKNOD, NET_BIND_SERVICE,"
                      + " SETFCAP, SETGID, SETPCAP, SETUID, SYS_CHROOT")
          List<String> add) {

    public CapabilitiesSpec {
      add = add == null ? List.of() : List.copyOf(add);
    }
  }
}
