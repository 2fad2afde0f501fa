package dev.reveille.activator.metricsapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * How kube-apiserver shows itself to aggregated APIs, as it says in the ConfigMap
 * extension-apiserver-authentication. It has authenticated and authorised the user by the time it
 * passes a request on, so that nobody else may speak here, and it may ask for everything.
 *
 * @param authorities PEM of those that sign its certificate
 * @param names common names that it may have; empty: any
 */
public record FrontProxy(String authorities, List<String> names) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public FrontProxy {
    names = List.copyOf(names);
  }

  /** Empty while the cluster says nothing of it. */
  public static Optional<FrontProxy> of(@Nullable Map<String, String> configMap) {
    String authorities = configMap == null ? null : configMap.get("requestheader-client-ca-file");
    if (configMap == null || authorities == null || authorities.isBlank()) {
      return Optional.empty();
    }
    try {
      List<String> names =
          JSON.readValue(
              configMap.getOrDefault("requestheader-allowed-names", "[]"),
              new TypeReference<List<String>>() {});
      return Optional.of(new FrontProxy(authorities, names));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // any name at all would be too many
    }
  }

  /** Whether a certificate that one of the authorities signed is the front proxy's. */
  boolean admits(X500Principal subject) {
    if (names.isEmpty()) {
      return true;
    }
    try {
      return new LdapName(subject.getName(X500Principal.RFC2253))
          .getRdns().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .anyMatch(part -> names.contains(String.valueOf(part.getValue())));
    } catch (InvalidNameException e) {
      return false;
    }
  }
}
