package dev.reveille.crds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Keys are those of the wire contract, and differ where they must. */
class KeysTest {
  private final Keys keys = Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[32]));

  @Test
  void anEndpointKeyIsTheHmacOfTheContract() {
    // printf 'endpoint\nu1\nr1\n' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf '00%.0s'
    // {1..32})
    assertEquals(
        "069a22af168eb97c43f7df6cd2915345dc41dec0f102fc2d8b51e463d75305a3",
        keys.endpoint("u1", "r1", ""));
  }

  @Test
  void keysOfOthersDiffer() {
    assertNotEquals(keys.endpoint("u1", "r1", ""), keys.endpoint("u2", "r1", ""));
    assertNotEquals(keys.endpoint("u1", "r1", ""), keys.endpoint("u1", "r2", ""));
    assertNotEquals(keys.pool("u1", "n", "p", "r1"), keys.pool("u1", "n", "p", "r2"));
    assertNotEquals(keys.pool("u1", "n", "p", "r1"), keys.pool("u1", "n", "q", "r1"));
    assertNotEquals(keys.operator(), keys.activator());
    assertFalse(Keys.same(keys.operator(), keys.activator()));
    assertTrue(Keys.same(keys.operator(), keys.operator()));
  }

  @Test
  void aShortMasterKeyIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Keys.ofBase64(Base64.getEncoder().encodeToString(new byte[16])));
  }

  @Test
  void aModelIdIsOfTheSourceAndItsDigest() {
    // printf 'http://a/m.onnx\n' | sha256sum
    assertEquals(
        "4641b722c9870b2a52b948b44c9c57dd7101e6d3846fdf57aa92601f4b1f9c56",
        Keys.modelId(ModelSpec.at("http://a/m.onnx")));
  }
}
