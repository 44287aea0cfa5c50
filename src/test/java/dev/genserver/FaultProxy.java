package dev.genserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and the service, and cuts connections at random: when a request is
 * through and its answer is not, in the middle of the answer, or before the request has begun.
 */
final class FaultProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int service;
  private final int oneIn;
  private final AtomicInteger cuts = new AtomicInteger();

  /** Cuts about one in so many exchanges with the service on this port. */
  FaultProxy(int service, int oneIn) throws IOException {
    this.service = service;
    this.oneIn = oneIn;
    this.door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** How many connections were cut so far. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), service)) {
      Thread back = Thread.ofVirtual().start(() -> pass(server, client, true));
      pass(client, server, false);
      back.join();
    } catch (IOException e) {
      // One of the two has gone; so be it.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Passes on what comes, until it comes to an end or is to be cut: then both hear of it. */
  private void pass(Socket from, Socket to, boolean isAnswer) {
    Random random = ThreadLocalRandom.current();
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        boolean cut = random.nextInt(oneIn * 2) == 0;
        out.write(buffer, 0, cut && isAnswer ? random.nextInt(read) : cut ? 0 : read);
        out.flush();
        if (cut) {
          cuts.incrementAndGet();
          break;
        }
      }
    } catch (IOException e) {
      // Cut by the other side.
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
