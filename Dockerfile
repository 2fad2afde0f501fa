# The images of operator, activator and model server: a base with the C and C++ libraries, a Java runtime, libraries, the program.
# e2e/images/build makes the context of one of them (folders runtime, libraries, app) and calls this, with a base of its own or any
# other that has glibc, libstdc++ and zlib. No shell is needed, neither to build nor to run.
ARG BASE=debian:12-slim
FROM ${BASE} AS app
COPY runtime /opt/java
COPY libraries /app
COPY app /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "@/app/launch"]

# The model server starts from an AOT cache, recorded by the command line that production runs.
FROM app AS training
USER 0:0
RUN ["/opt/java/bin/java", "-XX:AOTCacheOutput=/app/app.aot", "-Dreveille.training=/app/training.onnx", "@/app/launch"]
# Refused, it would only be slower, silently: here it fails the build.
RUN ["/opt/java/bin/java", "-XX:AOTCache=/app/app.aot", "-XX:AOTMode=on", "-Dreveille.training=/app/training.onnx", "@/app/launch"]

FROM app AS model-server
# One heap of the C library: what one thread gives back, another finds (pool pods count on it).
ENV MALLOC_ARENA_MAX=1
COPY --from=training /app/app.aot /app/app.aot
ENTRYPOINT ["/opt/java/bin/java", "-XX:AOTCache=/app/app.aot", "@/app/launch"]
