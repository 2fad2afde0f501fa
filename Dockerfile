# The images of operator, activator and model server: a base with the C and C++ libraries, a Java runtime, the application.
# e2e/images/build prepares the context (runtime, app) and calls this; no shell is needed, neither to build nor to run.
ARG BASE=debian:12-slim
FROM ${BASE} AS app
COPY runtime /opt/java
COPY app /app
WORKDIR /app
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "@/app/launch"]

# The model server starts from an AOT cache, recorded by the command line that production runs.
FROM app AS trained
USER 0:0
RUN ["/opt/java/bin/java", "-XX:AOTCacheOutput=/app/app.aot", "-Dreveille.training=/app/training.onnx", "@/app/launch"]
# Refused, it would only be slower, silently: here it fails the build.
RUN ["/opt/java/bin/java", "-XX:AOTCache=/app/app.aot", "-XX:AOTMode=on", "-Dreveille.training=/app/training.onnx", "@/app/launch"]

FROM trained AS model-server
USER 65532:65532
ENTRYPOINT ["/opt/java/bin/java", "-XX:AOTCache=/app/app.aot", "@/app/launch"]
