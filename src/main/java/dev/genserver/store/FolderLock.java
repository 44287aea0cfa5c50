package dev.genserver.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A file that says which process owns a folder, locked for as long as it does. */
final class FolderLock implements AutoCloseable {
  /**
   * The folders of this process. It must not open a lock file a second time: closing it again would
   * free the lock (POSIX).
   */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Takes the folder, or fails saying who has it. */
  static FolderLock take(Path data) throws IOException {
    Path folder = data.toRealPath();
    if (!OURS.add(folder)) {
      throw taken(folder, "this very process");
    }
    FileChannel channel = null;
    try {
      channel = open(folder);
      return new FolderLock(folder, channel);
    } finally {
      if (channel == null) {
        OURS.remove(folder);
      }
    }
  }

  private static FileChannel open(Path folder) throws IOException {
    Path file = folder.resolve("genserver.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      String owner = Files.readString(file).strip();
      throw taken(folder, owner.isEmpty() ? "another process" : owner);
    }
    channel.truncate(0);
    String owner = "process " + Owner.process() + ", since " + Instant.now() + "\n";
    channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
    return channel;
  }

  private static StoreFailure taken(Path folder, String owner) {
    return new StoreFailure(
        "The data folder %s is in use by %s. End that process, or give this one a folder of its own (genserver.data)"
            .formatted(folder, owner),
        false,
        null);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Closed or not, the end of the process frees it.
    } finally {
      OURS.remove(folder);
    }
  }
}
