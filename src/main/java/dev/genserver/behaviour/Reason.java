package dev.genserver.behaviour;

/** Why a server ends. */
public enum Reason {
  /** Its own step said stop, or somebody stopped it by name. It is gone for good. */
  NORMAL,
  /** The service is shutting down. */
  SHUTDOWN
}
