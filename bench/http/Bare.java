package bare;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What Spring MVC costs by itself: a counter without a server behind it. */
@RestController
@SpringBootApplication
public class Bare {
  private final AtomicLong count = new AtomicLong();

  public static void main(String[] args) {
    SpringApplication.run(Bare.class, args);
  }

  @PostMapping("/increment")
  Count increment() {
    return new Count(count.incrementAndGet());
  }

  @GetMapping("/value")
  Count value() {
    return new Count(count.get());
  }

  record Count(long value) {}
}
