package dev.reveille.activator.internal;

import dev.reveille.activator.backend.Backends;
import dev.reveille.activator.backend.Hello;
import dev.reveille.crds.Keys;
import java.util.Optional;

/** Hellos of pods, and those that other activators pass on. */
final class Hellos {
  private final Backends backends;
  private final Peers peers;

  Hellos(Backends backends, Peers peers) {
    this.backends = backends;
    this.peers = peers;
  }

  /** Its key is good for one endpoint, revision and model; its address is where it came from. */
  void fromPod(Message message, Keys keys, Hello hello) {
    if (!message.shows(keys.endpoint(hello.uid(), hello.revision(), hello.modelId()))) {
      return;
    }
    Optional<String> problem = hello.problem();
    if (problem.isPresent()) {
      message.refuse(400, "BadMessage", problem.get());
      return;
    }
    switch (backends.hello(hello, message.host())) {
      case YES -> {
        message.done();
        peers.tell(hello, message.host(), keys.activator());
      }
      case UNKNOWN_ENDPOINT ->
          message.refuse(404, "UnknownEndpoint", "no endpoint has the UID " + hello.uid());
      case LEAVING -> message.refuse(503, "Leaving", "this pod was put to sleep; try again");
    }
  }

  void fromPeer(Message message, Keys keys, Peers.Passed passed) {
    if (!message.shows(keys.activator())) {
      return;
    }
    if (passed.host() == null || passed.hello() == null || passed.hello().problem().isPresent()) {
      message.refuse(400, "BadMessage", "a host and a hello are expected");
      return;
    }
    backends.hello(passed.hello(), passed.host());
    message.done();
  }
}
