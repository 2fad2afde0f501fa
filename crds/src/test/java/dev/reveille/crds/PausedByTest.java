package dev.reveille.crds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who paused an endpoint is what the API server notes of the field, and is all that is kept. */
class PausedByTest {
  private static final String RESUMES = "; spec.paused: false resumes it";

  private static ManagedFieldsEntry entry(String manager, String hour, String spec) {
    return Serialization.unmarshal(
        """
        manager: %s
        time: 2026-03-01T%s:00:00Z
        operation: Update
        apiVersion: reveille.dev/v1alpha1
        fieldsV1: {"f:spec": {"f:scaling": {}%s}, "f:metadata": {"f:labels": {}}}
        """
            .formatted(manager, hour, spec),
        ManagedFieldsEntry.class);
  }

  private static List<ManagedFieldsEntry> entries(String managers) {
    return switch (managers) {
      case "none" -> List.of();
      case "others" -> List.of(entry("argocd-controller", "09", ""));
      case "one" -> List.of(entry("argocd-controller", "11", ""), paused("kubectl-patch", "10"));
      case "two" -> List.of(paused("kubectl-edit", "12"), paused("helm", "10"));
      default -> throw new IllegalArgumentException(managers);
    };
  }

  private static ManagedFieldsEntry paused(String manager, String hour) {
    return entry(manager, hour, ", \"f:paused\": {}");
  }

  @ParameterizedTest
  @CsvSource({
    "none, paused",
    "others, paused",
    "one, paused by kubectl-patch (2026-03-01T10:00:00Z)",
    "two, paused by kubectl-edit (2026-03-01T12:00:00Z)",
  })
  void theSentenceNamesWhoWroteTheFieldLastAndIsTheSameOnceTheRestIsForgotten(
      String managers, String sentence) {
    InferenceEndpoint endpoint = new InferenceEndpoint();
    endpoint.setSpec(InferenceEndpointSpec.of(ModelSpec.at("image:///m")).paused(true));
    endpoint.getMetadata().setManagedFields(entries(managers));
    assertEquals(sentence + RESUMES, PausedBy.sentence(endpoint));
    PausedBy.forgetTheRest(endpoint);
    assertEquals(sentence + RESUMES, PausedBy.sentence(endpoint));
    int kept = endpoint.getMetadata().getManagedFields().size();
    assertEquals(sentence.equals("paused") ? 0 : 1, kept);

    endpoint.setSpec(endpoint.getSpec().paused(false));
    PausedBy.forgetTheRest(endpoint);
    assertEquals(List.of(), endpoint.getMetadata().getManagedFields());
  }
}
