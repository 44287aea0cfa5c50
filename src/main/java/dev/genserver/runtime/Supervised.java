package dev.genserver.runtime;

/** A child of a {@link Supervisor}. */
public sealed interface Supervised permits Supervisor, Supervisor.Child {
  /** Where in the configuration it stands, as its properties begin. */
  String place();

  /** Its name. */
  String name();
}
