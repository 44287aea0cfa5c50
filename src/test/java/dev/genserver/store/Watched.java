package dev.genserver.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

/** A dialect whose writing connection a test can reach, and into whose commits it can step. */
final class Watched {
  interface Step {
    void run() throws SQLException;
  }

  final Dialect dialect;
  Connection writer;
  Step beforeCommit = () -> {};

  Watched(Dialect real) {
    dialect =
        (Dialect)
            Proxy.newProxyInstance(
                Watched.class.getClassLoader(),
                new Class<?>[] {Dialect.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("commit")) {
                    beforeCommit.run();
                  }
                  try {
                    Object result = method.invoke(real, arguments);
                    if (method.getName().equals("connect")) {
                      writer = (Connection) result;
                    }
                    return result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }
}
