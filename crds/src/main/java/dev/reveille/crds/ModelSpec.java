package dev.reveille.crds;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where a model is, and what it is called. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelSpec(
    @JsonPropertyDescription(
            "Where the ONNX file is: https://host/path, http://host/path, or image:///path for a"
                + " file inside the server's image.")
        @Required
        @Size(max = 2048)
        @ValidationRule(
            value =
                "self.matches('^https?://[^/?#@ ]+(/[^ #]*)?$') ||"
                    + " self.matches('^image:///[^ ?#]+$')",
            message =
                "write https://host/path, http://host/path (no user or password in it) or"
                    + " image:///path/in/the/image")
        String storageUri,
    @JsonPropertyDescription(
            "sha256:HEX of the file. Bytes that differ are refused. Without it the first download"
                + " binds all later ones.")
        @Size(max = 71)
        @ValidationRule(
            value = "self.matches('^sha256:[0-9a-f]{64}$')",
            message =
                "write sha256: and 64 lower-case hexadecimal digits, as in \"sha256:$(sha256sum"
                    + " model.onnx | cut -d' ' -f1)\"")
        @Nullable String digest,
    @JsonPropertyDescription("The model's name in the inference API. Default: metadata.name.")
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$')",
            message =
                "write letters, digits, '-', '_' or '.', beginning and ending with a letter or digit")
        @Nullable String name,
    @JsonPropertyDescription("The model's version in the inference API.")
        @Default("1")
        @Size(max = 63)
        @ValidationRule(
            value = "self.matches('^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$')",
            message =
                "write letters, digits, '-', '_' or '.', beginning and ending with a letter or digit")
        String version) {

  /** The scheme of a model that lies in the server's image. */
  public static final String IMAGE_SCHEME = "image://";

  public ModelSpec {
    version = version == null ? "1" : version;
  }

  public static ModelSpec at(String storageUri) {
    return new ModelSpec(storageUri, null, null, "1");
  }

  /** With this name, if it has none of its own. */
  ModelSpec named(String otherwise) {
    return name == null ? new ModelSpec(storageUri, digest, otherwise, version) : this;
  }

  /** True when the file lies in the server's image, so that no depot is needed. */
  public boolean inImage() {
    return storageUri.startsWith(IMAGE_SCHEME);
  }
}
