# Build: only the poms and the sources are in the context, see .dockerignore.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY . .
RUN mvn -q -B -ntp -DskipTests -Dmaven.test.skip=true -Dspotless.check.skip -pl proxy-http-undertow -am package \
    && cp proxy-http-undertow/target/proxy-http-undertow-*.jar proxy-http-undertow/target/lib/ \
    && chmod -R a+rX proxy-http-undertow/target/lib

# Run: no build tools, no sources, no configuration.
FROM eclipse-temurin:25-jre-noble
COPY --from=build /build/proxy-http-undertow/target/lib /app/lib
# A number, so that a cluster can see that it is not root. The program writes no file.
USER 10001:10001
WORKDIR /app
EXPOSE 8082
# bash asks: the base has neither curl nor wget, and a JVM every half minute would cost more than the proxy does.
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${PORT:-8082} \
    && printf 'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 \
    && read -r -t 4 _ status _ <&3 && [ \"$status\" = 200 ] || exit 1"]
ENTRYPOINT ["java", "-XX:+ExitOnOutOfMemoryError", "-Xms32m", "-XX:MetaspaceSize=64m", "-XX:MaxRAMPercentage=75", \
    "-XX:-UsePerfData", "--sun-misc-unsafe-memory-access=allow", "-cp", "/app/lib/*", "io.github.claudecodeproxy.launcher.Launcher"]
