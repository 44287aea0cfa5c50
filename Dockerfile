ARG JDK=eclipse-temurin:25-jdk
ARG JRE=eclipse-temurin:25-jre

FROM ${JDK} AS build
# The Maven wrapper's checksum is that of the zip.
RUN command -v unzip || { apt-get update && apt-get install -y --no-install-recommends unzip; }
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp package -Dmaven.test.skip
RUN java -Djarmode=tools -jar target/genserver.jar extract --layers --destination layers

FROM ${JRE}
LABEL org.opencontainers.image.title="Genserver" \
      org.opencontainers.image.description="Stateful servers in the manner of OTP's gen_server, over HTTP" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# What changes seldom comes first, so that a new version is one small layer and the cache.
COPY --from=build /build/layers/dependencies/ ./
COPY --from=build /build/layers/snapshot-dependencies/ ./
COPY --from=build /build/layers/application/ ./
COPY ops/java.args ./
# The training run must have the very JVM and the very files of the service.
RUN java @java.args -XX:AOTCacheOutput=genserver.aot -Dspring.context.exit=onRefresh -jar genserver.jar \
    && mkdir /data && chown 10001:10001 /data
USER 10001:10001
ENV SERVER_ADDRESS=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx16m", "-cp", "/app/genserver.jar", "dev.genserver.Healthcheck"]
# More flags for the JVM: the environment variable JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "@/app/java.args", "-XX:AOTCache=/app/genserver.aot", "-jar", "/app/genserver.jar"]
