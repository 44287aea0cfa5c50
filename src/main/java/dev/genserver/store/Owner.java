package dev.genserver.store;

import java.lang.management.ManagementFactory;

/** This process, as its owner row and its errors name it. */
final class Owner {
  private Owner() {}

  static String process() {
    return ManagementFactory.getRuntimeMXBean().getName();
  }
}
