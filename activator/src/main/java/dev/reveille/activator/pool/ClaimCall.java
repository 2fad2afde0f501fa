package dev.reveille.activator.pool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.activator.Wire;
import dev.reveille.activator.endpoint.Endpoint;
import dev.reveille.activator.pool.Claims.Answer;
import dev.reveille.crds.Keys;
import dev.reveille.crds.ModelSpec;
import dev.reveille.crds.ServerSpec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A claim over HTTP: what the pod is to serve, and where it gets that from. */
public final class ClaimCall implements Claims.Ask {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimCall.class);
  private static final long TIMEOUT_MILLIS = 500;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final Keys keys;
  private final IntSupplier internalPort;

  /**
   * @param internalPort of this activator: where the pod gets its model and says hello
   */
  public ClaimCall(HttpClient http, Keys keys, IntSupplier internalPort) {
    this.http = http;
    this.keys = keys;
    this.internalPort = internalPort;
  }

  @Override
  public Future<Answer> ask(Endpoint endpoint, Member member, String digest) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(member.host())
            .setPort(member.port())
            .setURI(Wire.CLAIM_PATH)
            .putHeader("Authorization", "Bearer " + member.claimKey())
            .putHeader(Wire.INSTANCE, member.instance())
            .putHeader("Content-Type", "application/json")
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setIdleTimeout(TIMEOUT_MILLIS);
    return http.request(options)
        .map(Optional::of)
        .otherwise(Optional.empty()) // nothing was sent
        .compose(
            connected ->
                connected.isPresent()
                    ? send(connected.get(), endpoint, member, digest)
                    : Future.succeededFuture(Answer.NOT_OURS));
  }

  private Future<Answer> send(
      HttpClientRequest request, Endpoint endpoint, Member member, String digest) {
    return request
        .send(body(request, endpoint, member, digest))
        .map(response -> answer(endpoint, member, response.statusCode()))
        .otherwise(Answer.LOST);
  }

  private static Answer answer(Endpoint endpoint, Member member, int status) {
    LOG.info(
        "claim of {} in the pool {} for {}/{}: {}",
        member.host(),
        member.pool().name(),
        endpoint.namespace(),
        endpoint.name(),
        status);
    return status / 100 == 2 ? Answer.OURS : Answer.NOT_OURS;
  }

  private Buffer body(HttpClientRequest to, Endpoint endpoint, Member member, String digest) {
    String address = to.connection().localAddress().hostAddress();
    String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
    String here = "http://" + host + ":" + internalPort.getAsInt();
    String modelId = endpoint.modelId().orElse("");
    String revision = Wire.BRIDGE_REVISION + member.revision();
    ModelSpec model = Objects.requireNonNull(endpoint.spec().model());
    ServerSpec server = endpoint.spec().server();
    Integer threads = server == null ? null : server.threads();
    Claim claim =
        new Claim(
            endpoint.uid(),
            revision,
            modelId,
            keys.endpoint(endpoint.uid(), revision, modelId),
            here + Wire.MODELS_PATH + modelId,
            here + Wire.HELLO_PATH,
            digest,
            model.name() == null ? endpoint.name() : model.name(),
            model.version(),
            threads == null ? 0 : threads,
            endpoint.spec().requests().bodyBytes());
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(claim));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record is JSON", e);
    }
  }
}
