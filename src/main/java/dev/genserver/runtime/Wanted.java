package dev.genserver.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What a start asks for beside the arguments; what is null is as usual, see {@link Options}.
 *
 * @param durability what the server is to outlive
 */
public record Wanted(
    @Nullable Durability durability,
    @Nullable String restart,
    @Nullable Integer maxRestarts,
    @Nullable Integer maxSeconds,
    @Nullable String onCrash) {

  /** All as usual. */
  public static final Wanted NOTHING = new Wanted(null, null, null, null, null);

  /** All as usual but for the durability. */
  public static Wanted of(@Nullable Durability durability) {
    return new Wanted(durability, null, null, null, null);
  }

  Options options(Durability usual) {
    Options options = Options.usual(durability == null ? usual : durability);
    if (fits(options)) {
      return options;
    }
    return new Options(
        options.durability(),
        restart == null ? options.restart() : restart,
        maxRestarts == null ? options.maxRestarts() : maxRestarts,
        maxSeconds == null ? options.maxSeconds() : maxSeconds,
        onCrash == null ? options.onCrash() : onCrash);
  }

  /** Whether it asks for nothing that is not as the other one says. */
  boolean isWithin(Wanted other) {
    return fits(other.options(durability == null ? Durability.MEMORY : durability));
  }

  /** Whether a server of this durability may stay one. */
  boolean keeps(Durability there) {
    return durability == null || durability == there;
  }

  /** Whether a server with these options is as wanted. */
  boolean fits(Options options) {
    return (durability == null || durability.word().equals(options.durability()))
        && (restart == null || restart.equals(options.restart()))
        && (maxRestarts == null || maxRestarts == options.maxRestarts())
        && (maxSeconds == null || maxSeconds == options.maxSeconds())
        && (onCrash == null || onCrash.equals(options.onCrash()));
  }
}
