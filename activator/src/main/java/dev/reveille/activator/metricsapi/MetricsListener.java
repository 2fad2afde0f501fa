package dev.reveille.activator.metricsapi;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS listener that kube-apiserver speaks to, and nobody else. It opens once there are a
 * certificate and somebody to speak to; when one of them is replaced, new connections have the new,
 * and none is dropped. All else works without it.
 */
public final class MetricsListener {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsListener.class);
  private static final int IDLE_SECONDS = 120;
  private static final int MOST_HEADER_BYTES = 16 << 10;

  private final Vertx vertx;
  private final int port;
  private final Handler<HttpServerRequest> answers;
  private @Nullable ServingPair pair;
  private @Nullable Future<HttpServer> opened;
  private volatile @Nullable FrontProxy proxy;
  private volatile int actualPort;

  MetricsListener(Vertx vertx, int port, Handler<HttpServerRequest> answers) {
    this.vertx = vertx;
    this.port = port;
    this.answers = answers;
  }

  /** 0 while it is closed. */
  public int port() {
    return actualPort;
  }

  /** Shows this certificate from now on. */
  public synchronized void show(ServingPair newer) {
    if (!newer.equals(pair)) {
      pair = newer;
      renew();
    }
  }

  /** Lets in whom this says, from now on. */
  public synchronized void letIn(FrontProxy newer) {
    if (!newer.equals(proxy)) {
      proxy = newer;
      renew();
    }
  }

  private void renew() {
    ServingPair shown = pair;
    FrontProxy let = proxy;
    if (shown == null || let == null) {
      return;
    }
    PemKeyCertOptions certificate =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(shown.certificate()))
            .addKeyValue(Buffer.buffer(shown.key()));
    PemTrustOptions trust = new PemTrustOptions().addCertValue(Buffer.buffer(let.authorities()));
    Future<HttpServer> before = opened;
    opened =
        before == null
            ? open(certificate, trust)
            : before.transform(
                (server, failed) ->
                    server == null ? open(certificate, trust) : renew(server, certificate, trust));
  }

  private Future<HttpServer> open(PemKeyCertOptions certificate, PemTrustOptions trust) {
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setPort(port)
                .setSsl(true)
                .setUseAlpn(false)
                .setKeyCertOptions(certificate)
                .setTrustOptions(trust)
                .setClientAuth(ClientAuth.REQUIRED)
                .setIdleTimeout(IDLE_SECONDS)
                .setMaxHeaderSize(MOST_HEADER_BYTES))
        .requestHandler(this::handle)
        .listen()
        .onSuccess(
            server -> {
              actualPort = server.actualPort();
              LOG.info("the metrics listener is open");
            })
        .onFailure(failed -> LOG.error("the metrics listener does not open", failed));
  }

  /** One that cannot be used leaves the one before. */
  private static Future<HttpServer> renew(
      HttpServer server, PemKeyCertOptions certificate, PemTrustOptions trust) {
    ServerSSLOptions options =
        new ServerSSLOptions()
            .setKeyCertOptions(certificate)
            .setTrustOptions(trust)
            .setClientAuth(ClientAuth.REQUIRED)
            .setUseAlpn(false);
    return server
        .updateSSLOptions(options)
        .onSuccess(done -> LOG.info("the metrics listener has new certificates"))
        .onFailure(failed -> LOG.error("the metrics listener keeps what it had", failed))
        .map(server)
        .otherwise(server);
  }

  private void handle(HttpServerRequest request) {
    FrontProxy let = proxy;
    if (let != null && isOf(let, request)) {
      answers.handle(request);
    } else {
      request.response().setStatusCode(403).end("only the cluster's front proxy may ask\n");
    }
  }

  private static boolean isOf(FrontProxy proxy, HttpServerRequest request) {
    try {
      Certificate shown = request.sslSession().getPeerCertificates()[0];
      return shown instanceof X509Certificate x509 && proxy.admits(x509.getSubjectX500Principal());
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }
}
