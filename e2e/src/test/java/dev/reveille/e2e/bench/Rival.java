package dev.reveille.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A well-known proxy in front of the same backend, as a process on the node. */
final class Rival implements AutoCloseable {
  private static final int END_SECONDS = 5;

  private final String name;
  private final URI url;
  private final Process process;

  private Rival(String name, int port, Path folder, List<String> command) {
    this.name = name;
    this.url = URI.create("http://127.0.0.1:" + port);
    try {
      this.process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(name + ".log").toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One worker a core, connections to the backend kept, nothing logged. */
  static Rival nginx(Path program, Path folder, String backend, int port) {
    Path config =
        write(
            folder.resolve("nginx.conf"),
            """
            daemon off;
            worker_processes auto;
            pid %1$s/nginx.pid;
            error_log stderr warn;
            events { worker_connections 4096; }
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              keepalive_requests 100000000;
              upstream backend { server %2$s; keepalive 256; keepalive_requests 100000000; }
              server {
                listen 127.0.0.1:%3$d;
                location / {
                  proxy_pass http://backend;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                }
              }
            }
            """
                .formatted(folder, backend, port));
    return new Rival(
        "nginx", port, folder, List.of(program.toString(), "-p", folder + "/", "-c", config + ""));
  }

  /** One thread a core, connections to the backend kept. */
  static Rival haproxy(Path program, Path folder, String backend, int port) {
    Path config =
        write(
            folder.resolve("haproxy.cfg"),
            """
            global
              nbthread %1$d
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            frontend all
              bind 127.0.0.1:%2$d
              default_backend one
            backend one
              http-reuse always
              server one %3$s
            """
                .formatted(Machine.cores(), port, backend));
    return new Rival(
        "HAProxy", port, folder, List.of(program.toString(), "-db", "-f", config.toString()));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return name;
  }

  URI url() {
    return url;
  }

  /** It and its workers. */
  List<Long> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(ProcessHandle::pid)
        .toList();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
