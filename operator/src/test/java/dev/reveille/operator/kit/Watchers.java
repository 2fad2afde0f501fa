package dev.reveille.operator.kit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.operator.kit.Store.Change;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Tells those that watch of every change, from the version on that they name. What it tells of a
 * namespace can be held back, told twice or in another order, or lost until the watch expires.
 */
public final class Watchers {
  private final ExecutorService teller =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("watches").daemon().factory());
  private final List<Change> history = new ArrayList<>();
  private final Set<Stream> streams = new HashSet<>();
  private final Map<String, List<Change>> held = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private final Set<String> twice = new HashSet<>();
  private long expired;

  /** In which order what was held back is told. */
  public enum Order {
    /** As it came about. */
    SAME,
    /** One kind after the other, the latest kind first; never one object's own changes. */
    BY_KIND
  }

  synchronized void tell(Change change) {
    String namespace = change.key().namespace();
    history.add(change);
    if (lost.contains(namespace)) {
      return;
    }
    if (held.containsKey(namespace)) {
      held.get(namespace).add(change);
      return;
    }
    streams.forEach(stream -> stream.send(change));
    if (twice.contains(namespace)) {
      streams.forEach(stream -> stream.send(change));
    }
  }

  /** From here on nothing is told of the namespace. */
  public synchronized void hold(String namespace) {
    held.putIfAbsent(namespace, new ArrayList<>());
  }

  public synchronized void release(String namespace, Order order) {
    List<Change> changes = held.remove(namespace);
    if (changes != null) {
      if (order == Order.BY_KIND) {
        changes.sort(Comparator.comparing((Change change) -> change.key().plural()).reversed());
      }
      changes.forEach(change -> streams.forEach(stream -> stream.send(change)));
    }
  }

  /** From here on all is told twice. */
  public synchronized void tellTwice(String namespace) {
    twice.add(namespace);
  }

  /** From here on nothing is told of the namespace to those that watch now. */
  public synchronized void lose(String namespace) {
    lost.add(namespace);
  }

  /** All watches end, and no older version can be watched from: 410 Gone. */
  public synchronized void expire() {
    lost.clear();
    held.clear();
    if (!history.isEmpty()) {
      expired = history.getLast().version();
      history.clear();
    }
    streams.forEach(Stream::gone);
    streams.clear();
  }

  MockResponse open(Call call) {
    return new MockResponse().withWebSocketUpgrade(new Stream(call));
  }

  private synchronized void opened(Stream stream) {
    if (stream.from() < expired) {
      stream.gone();
      return;
    }
    streams.add(stream);
    history.stream()
        .filter(change -> change.version() > stream.from())
        .filter(change -> !held.containsKey(change.key().namespace()))
        .forEach(stream::send);
  }

  private synchronized void closed(Stream stream) {
    streams.remove(stream);
  }

  void close() {
    teller.shutdownNow();
  }

  /** One watch. */
  private final class Stream extends WebSocketListener {
    private final Call call;
    private @Nullable WebSocket socket;

    Stream(Call call) {
      this.call = call;
    }

    long from() {
      return Long.parseLong(call.query().getOrDefault("resourceVersion", "0"));
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
      socket = webSocket;
      opened(this);
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      closed(this);
      webSocket.close(code, reason);
    }

    @Override
    public void onClosed(WebSocket webSocket, int code, String reason) {
      closed(this);
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable error, Response response) {
      closed(this);
    }

    void send(Change change) {
      if (!change.key().isOf(call)) {
        return;
      }
      boolean before = change.before() != null && Selector.matches(call, change.before());
      boolean now = change.now() != null && Selector.matches(call, change.now());
      if (now) {
        say(before ? "MODIFIED" : "ADDED", change.now());
      } else if (before) {
        ObjectNode last = change.before().deepCopy();
        Store.metadata(last).put("resourceVersion", String.valueOf(change.version()));
        say("DELETED", last);
      }
    }

    private void say(String type, ObjectNode object) {
      ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
      String text = event.set("object", object).toString();
      teller.execute(() -> socket.send(text));
    }

    void gone() {
      ObjectNode status = JsonNodeFactory.instance.objectNode().put("kind", "Status");
      status.put("apiVersion", "v1").put("status", "Failure").put("code", 410);
      say("ERROR", status.put("reason", "Expired").put("message", "too old resource version"));
      teller.execute(() -> socket.close(1000, ""));
    }
  }
}
