package dev.reveille.modelserver.pool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.modelserver.Config;
import dev.reveille.modelserver.PoolConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The claim's JSON: what it says is taken, what it leaves out or gets wrong is named. */
class ClaimTest {
  private static final String GOOD =
      """
      {"uid": "u", "revision": "bridge-r", "modelId": "m", "key": "k", "modelUrl": "http://10.0.0.7:8081/m",
       "helloUrl": "http://10.0.0.7:8081/internal/v1/hello", "digest": "", "modelName": "minilm",
       "modelVersion": "1", "threads": 0, "maxBodyBytes": 1000, "later": {"field": [1]}}""";

  private static final PoolConfig POD =
      new PoolConfig(
          "0.0.0.0",
          8080,
          "http://10.96.0.1:8081/internal/v1/pools/hello",
          new PoolConfig.Pool("p", "n", "small", "r", "pk"),
          "",
          3);

  @Test
  void aGoodClaimMakesTheConfigurationOfItsEndpoint() throws Exception {
    Config config = Claim.parse(GOOD.getBytes(UTF_8)).config(POD);
    assertEquals(new Config.Identity("u", "bridge-r", "m", "k"), config.identity());
    assertEquals(
        new Config.Source(List.of("http://10.0.0.7:8081/m", "http://10.96.0.1:8081/m"), "", ""),
        config.source());
    assertEquals(
        List.of(
            "http://10.0.0.7:8081/internal/v1/hello", "http://10.96.0.1:8081/internal/v1/hello"),
        config.helloUrls());
    assertEquals(3, config.threads(), "0: the pod's own");
    assertEquals(1000, config.maxBodyBytes());
    String two = GOOD.replace("\"threads\": 0", "\"threads\": 2");
    assertEquals(2, Claim.parse(two.getBytes(UTF_8)).config(POD).threads());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"uid\": \"u\"|\"uid\": 7|no text uid",
        "\"uid\": \"u\",||no text uid",
        "\"uid\": \"u\"|\"uid\": \"\"|uid is empty",
        "\"key\": \"k\"|\"key\": \"k\\r\\nX: y\"|control character",
        "\"key\": \"k\"|\"key\": \"k\", \"key\": \"l\"|not JSON",
        "http://10.0.0.7:8081/m|file:///etc/passwd|modelUrl is http",
        "\"digest\": \"\"|\"digest\": \"sha256:12\"|digest is sha256",
        "\"digest\": \"\",||no text digest",
        "\"threads\": 0|\"threads\": 1.5|threads is a whole number",
        "\"threads\": 0|\"threads\": -1|threads is a whole number",
        "\"maxBodyBytes\": 1000|\"maxBodyBytes\": 99999999999999999999|not JSON",
        "\"maxBodyBytes\": 1000,||maxBodyBytes is a whole number",
        "[1]}}|[1]}|not JSON",
        "[1]}}|[1]}} 1|something follows",
      })
  void aBadClaimIsNamed(String good, String bad, String sentence) {
    String claim = GOOD.replace(good, bad == null ? "" : bad);
    Claim.Bad refused = assertThrows(Claim.Bad.class, () -> Claim.parse(claim.getBytes(UTF_8)));
    assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"''", "[]", "null", "x"})
  void whatIsNoObjectIsNoClaim(String body) {
    assertThrows(Claim.Bad.class, () -> Claim.parse(body.getBytes(UTF_8)));
  }
}
