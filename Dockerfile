ARG JDK=eclipse-temurin:25-jdk
ARG JRE=eclipse-temurin:25-jre

FROM ${JDK} AS build
# The Maven wrapper's checksum is that of the zip.
RUN command -v unzip || { apt-get update && apt-get install -y --no-install-recommends unzip; }
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp package -Dmaven.test.skip
RUN java -Djarmode=tools -jar target/genserver.jar extract --layers --destination layers
# At each start the driver would unpack SQLite into /tmp, and from a /tmp in memory the kernel runs nothing.
RUN unzip -jq layers/dependencies/lib/sqlite-jdbc-*.jar \
    "org/sqlite/native/Linux/$(uname -m)/libsqlitejdbc.so" -d layers/native

FROM ${JRE}
LABEL org.opencontainers.image.title="Genserver" \
      org.opencontainers.image.description="Stateful servers in the manner of OTP's gen_server, over HTTP" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# What changes seldom comes first, so that a new version is one small layer and the cache.
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/native/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
COPY ops/java.args ./
# The training run must have the very JVM, flags and files of the service. It opens a database, answers a request, and
# leaves nothing but the cache, which is written when it is told to end.
RUN export SERVER_PORT=18080; \
    java @java.args -Dorg.sqlite.lib.path=/app -XX:AOTCacheOutput=genserver.aot -jar genserver.jar \
        --genserver.data=/tmp/training & \
    until java -cp genserver.jar dev.genserver.Healthcheck; do kill -0 $! || exit 1; sleep 1; done; \
    kill $!; wait $! || true; \
    rm -rf /tmp/* && mkdir /data && chown 10001:10001 /data && test -s genserver.aot
USER 10001:10001
ENV SERVER_ADDRESS=0.0.0.0 GENSERVER_DATA=/data
# What a volume is made of keeps the owner that the folder has here.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/app/genserver.jar", "dev.genserver.Healthcheck"]
# More flags for the JVM: the environment variable JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "@/app/java.args", "-Dorg.sqlite.lib.path=/app", "-XX:AOTCache=/app/genserver.aot", "-jar", "/app/genserver.jar"]
