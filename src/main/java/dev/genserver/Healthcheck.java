package dev.genserver;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * A program of its own, for images without curl: exits with 0 if the service on this machine is
 * ready, else with 1.
 */
final class Healthcheck {
  private static final int MILLIS = 2_000;

  private Healthcheck() {}

  public static void main(String[] args) {
    String port = System.getenv().getOrDefault("SERVER_PORT", "8080");
    System.exit(isReady(Integer.parseInt(port)) ? 0 : 1);
  }

  static boolean isReady(int port) {
    try {
      var url = URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness").toURL();
      var http = (HttpURLConnection) url.openConnection();
      http.setConnectTimeout(MILLIS);
      http.setReadTimeout(MILLIS);
      return http.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }
}
