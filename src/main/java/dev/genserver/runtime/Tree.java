package dev.genserver.runtime;

import dev.genserver.behaviour.Reason;
import dev.genserver.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisors of the configuration and their children.
 *
 * <p>Children that are restarted together are first halted in reverse order, each when its step in
 * hand is done, and then let go on in order. A supervisor that has to do that too often stops its
 * children, and is to its own supervisor a child that failed. Above the highest there is the root,
 * which never gives up: it holds the children of such a supervisor down for a growing while.
 *
 * <p>One thread at a time changes anything here.
 */
final class Tree {
  private static final Logger LOG = LoggerFactory.getLogger(Tree.class);

  /** How long the init of a child may take. */
  private static final Duration INIT = Duration.ofMinutes(1);

  private static final long MOMENT = Duration.ofMillis(1).toNanos();

  private final Servers servers;
  private final Supervision supervision;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Worker> workers = new HashMap<>();
  private final Group root;
  private volatile boolean isOver;

  Tree(Servers servers, Supervision supervision, List<Supervisor> supervisors) {
    this.servers = servers;
    this.supervision = supervision;
    Supervisor all =
        new Supervisor(
            "",
            "root",
            Supervisor.Strategy.ONE_FOR_ONE,
            0,
            Duration.ZERO,
            List.copyOf(supervisors));
    this.root = new Group(all, null);
  }

  /**
   * Starts all children, in order.
   *
   * @throws NotStarted if one can't be; those before it run
   */
  void start() {
    lock.lock();
    try {
      root.start();
    } finally {
      lock.unlock();
    }
  }

  /** Ends all children, in reverse order, each within its own time. */
  void shutDown() {
    isOver = true;
    lock.lock();
    try {
      root.end();
    } finally {
      lock.unlock();
    }
  }

  /** Whether it has this server; if so, it will be restarted from here. */
  boolean restarts(Server server, String reason) {
    Worker worker = workers.get(server.toString());
    if (worker == null || isOver) {
      return false;
    }
    server.control().halt();
    servers.execute(() ->
        locked(() -> {
          if (server.control().isHalted()) { // or it was restarted with another meanwhile
            worker.parent().failed(worker, reason);
          }
        }));
    return true;
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      if (!isOver) {
        change.run();
      }
    } catch (RuntimeException e) {
      LOG.error("The supervision tree is not as it should be", e);
    } finally {
      lock.unlock();
    }
  }

  boolean isOver() {
    return isOver;
  }

  /** What the configuration says of this server; null if nothing. */
  Supervisor.@Nullable Child configured(Server server) {
    Worker worker = workers.get(server.toString());
    return worker == null ? null : worker.self;
  }

  /** How long this server may take to end. */
  Duration shutdownOf(Server server, Duration usual) {
    Worker worker = workers.get(server.toString());
    return worker == null ? usual : worker.self.shutdown();
  }

  Branch branch() {
    return root.branch();
  }

  /** The supervisors whose children are held down, and for how many ms. */
  Map<String, Long> heldDown() {
    Map<String, Long> held = new HashMap<>();
    root.heldDown(held);
    return held;
  }

  private sealed interface Node {
    void start();

    /** Has it handle nothing more, when its step in hand is done. */
    void halt();

    /** Has its callers told that it is held down, until this epoch millisecond. */
    void hold(long until);

    /** Has it go on, as restarted. */
    void letGo(String reason);

    void end();

    Branch branch();
  }

  private final class Group implements Node {
    private final Supervisor self;
    private final @Nullable Group above;
    private final List<Node> children = new ArrayList<>();
    private final Intensity intensity = new Intensity();
    private final AtomicInteger restarts = new AtomicInteger();

    /** Until when its children are held down; 0: they are not. */
    private volatile long heldUntil;

    Group(Supervisor self, @Nullable Group above) {
      this.self = self;
      this.above = above;
      for (Supervised child : self.children()) {
        switch (child) {
          case Supervisor supervisor -> children.add(new Group(supervisor, this));
          case Supervisor.Child server -> children.add(new Worker(server, this));
        }
      }
    }

    @Override
    public void start() {
      children.forEach(Node::start);
    }

    @Override
    public void halt() {
      children.reversed().forEach(Node::halt);
    }

    @Override
    public void hold(long until) {
      heldUntil = until;
      children.reversed().forEach(child -> child.hold(until));
    }

    @Override
    public void letGo(String reason) {
      heldUntil = 0;
      if (!root.children.contains(this)) { // those at the top are on probation
        intensity.forget();
      }
      children.forEach(child -> child.letGo(reason));
    }

    @Override
    public void end() {
      children.reversed().forEach(Node::end);
    }

    /** Does what is to be done when a child has failed. */
    void failed(Node child, String reason) {
      if (isHeldDown()) {
        return;
      }
      if (above == null) {
        backOff((Group) child);
        return;
      }
      restarts.incrementAndGet();
      if (!intensity.restart(now(), self.maxRestarts(), self.window())) {
        LOG.warn(
            "Supervisor {} had more than {} restarts in {} s: it stops its children",
            self.name(),
            self.maxRestarts(),
            self.window().toSeconds());
        halt();
        hold(Control.OPEN);
        above.failed(this, "its supervisor " + self.name() + " gave up");
        return;
      }
      List<Node> concerned = concerned(child);
      concerned.reversed().forEach(Node::halt);
      concerned.forEach(one -> one.letGo(one.equals(child) ? reason : "with " + nameOf(child)));
    }

    private boolean isHeldDown() {
      for (Group group = this; group != null; group = group.above) {
        if (group.heldUntil > 0) {
          return true;
        }
      }
      return false;
    }

    private List<Node> concerned(Node child) {
      return switch (self.strategy()) {
        case ONE_FOR_ONE -> List.of(child);
        case ONE_FOR_ALL -> children;
        case REST_FOR_ONE -> children.subList(children.indexOf(child), children.size());
      };
    }

    /** Holds one below the root down for a while. */
    private void backOff(Group group) {
      long now = now();
      long until = group.intensity.backOff(now);
      group.hold(until);
      LOG.warn("Supervisor {} is held down for {} ms", group.self.name(), until - now);
      servers.later(
          () -> locked(() -> group.letGo("its supervisor was held down")),
          Duration.ofMillis(until - now));
    }

    void heldDown(Map<String, Long> held) {
      if (heldUntil > 0 && heldUntil != Control.OPEN) {
        held.put(self.name(), Math.max(0, heldUntil - now()));
      }
      for (Node child : children) {
        if (child instanceof Group group) {
          group.heldDown(held);
        }
      }
    }

    @Override
    public Branch branch() {
      List<Branch> below = children.stream().map(Node::branch).toList();
      int groups = (int) children.stream().filter(child -> child instanceof Group).count();
      int active = (int) below.stream().filter(child -> isActive(child.status())).count();
      return new Branch(
          "supervisor",
          null,
          self.name(),
          heldUntil > 0 ? "restarting" : "running",
          restarts.get(),
          null,
          self.strategy().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          above == null ? null : self.maxRestarts(),
          above == null ? null : self.window().toSeconds(),
          new Branch.Counts(children.size(), active, groups, children.size() - groups),
          below);
    }

    private static boolean isActive(String status) {
      return !status.equals(Worker.STOPPED) && !status.equals("restarting");
    }
  }

  private final class Worker implements Node {
    private static final String STOPPED = "stopped";

    private final Supervisor.Child self;
    private final Group parent;

    Worker(Supervisor.Child self, Group parent) {
      this.self = self;
      this.parent = parent;
      if (workers.putIfAbsent(toString(), this) != null) {
        throw new NotStarted(self.place(), this + " is a child already");
      }
    }

    Group parent() {
      return parent;
    }

    @Override
    public void start() {
      Outcome outcome =
          servers.start(
              self.kind(),
              self.name(),
              new Start(self.arguments(), self.wanted(), self.reconfigure()),
              INIT);
      if (outcome instanceof Outcome.AlreadyStarted) {
        throw new NotStarted(self.place(), differs());
      }
      if (!(outcome instanceof Outcome.Started)) {
        throw new NotStarted(self.place(), this + " does not start: " + outcome);
      }
    }

    private String differs() {
      Server stored = Objects.requireNonNull(servers.find(self.kind(), self.name()));
      Options options = self.wanted().options(stored.durability);
      String advice =
          self.wanted().keeps(stored.durability)
              ? "set reconfigure: true to have it take these on"
              : "its durability can't be changed: delete it, or say the same here";
      return "%s is stored with arguments %s and options %s, and the configuration says %s and %s; %s"
          .formatted(
              this,
              Wire.encode(stored.arguments()),
              Wire.encode(stored.options),
              Wire.encode(self.arguments()),
              Wire.encode(options),
              advice);
    }

    @Override
    public void halt() {
      Server server = inMemory();
      if (server != null) {
        supervision.halt(server, self.shutdown());
      }
    }

    @Override
    public void hold(long until) {
      Server server = inMemory();
      if (server != null) {
        server.control().hold(until);
      }
    }

    @Override
    public void letGo(String reason) {
      Server server = inMemory();
      boolean isTemporary = Options.TEMPORARY.equals(self.wanted().restart());
      if (server != null && isTemporary) {
        supervision.end(server, Reason.NORMAL, Outcome.Stopped.INSTANCE);
      } else if (server != null) {
        supervision.letGo(server, reason);
      } else if (!isTemporary) {
        try {
          start();
        } catch (NotStarted e) {
          LOG.error("{}", e.getMessage());
          servers.execute(() -> locked(() -> parent.failed(this, "does not start")));
        }
      }
    }

    @Override
    public void end() {
      Server server = inMemory();
      if (server != null && server.kind().terminates()) {
        Ending ending = supervision.end(server, Reason.SHUTDOWN, Outcome.ShuttingDown.INSTANCE);
        supervision.awaitEnds(List.of(ending), self.shutdown());
      }
    }

    private @Nullable Server inMemory() {
      Server server = servers.find(self.kind(), self.name());
      return server == null || server.behaviour == null || server.ending() != null ? null : server;
    }

    @Override
    public Branch branch() {
      Status status = servers.status(self.kind(), self.name());
      String restart = self.wanted().restart();
      return new Branch(
          "worker",
          self.kind().name(),
          self.name(),
          status == null ? STOPPED : status.status(),
          status == null ? 0 : status.restarts(),
          restart == null ? Options.usual(Durability.MEMORY).restart() : restart,
          null,
          null,
          null,
          null,
          null);
    }

    @Override
    public String toString() {
      return self.kind().name() + "/" + self.name();
    }
  }

  private static String nameOf(Node node) {
    return node instanceof Group group ? group.self.name() : node.toString();
  }

  private long now() {
    return servers.clock().millis();
  }

  /** Waits for something that comes soon; false if it has not in time. */
  static boolean await(BooleanSupplier condition, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(MOMENT);
      if (System.nanoTime() - deadline > 0) {
        return condition.getAsBoolean();
      }
    }
    return true;
  }
}
