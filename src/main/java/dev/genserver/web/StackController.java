package dev.genserver.web;

import dev.genserver.kinds.Stack;
import dev.genserver.runtime.Servers;
import dev.genserver.wire.Kinds;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Stacks over HTTP. */
@RestController
@RequestMapping(value = "/v1/stacks/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
class StackController {
  private final Gateway stacks;

  StackController(Servers servers, Kinds kinds) {
    stacks = new Gateway(servers, kinds.of(Stack.class));
  }

  @PostMapping("/push")
  @ResponseStatus(HttpStatus.ACCEPTED)
  ResponseEntity<NoFields> push(
      @PathVariable String name, @RequestBody Stack.Push body, Exchange exchange) {
    return stacks.cast(name, body, exchange);
  }

  @PostMapping("/pop")
  Stack.Item pop(
      @PathVariable String name,
      @RequestBody(required = false) @Nullable NoFields body,
      Exchange exchange) {
    return stacks.call(name, new Stack.Pop(), exchange, Stack.Item.class);
  }

  @GetMapping("/peek")
  Stack.Item peek(@PathVariable String name, Exchange exchange) {
    return stacks.ask(name, new Stack.Peek(), exchange, Stack.Item.class);
  }

  @GetMapping("/size")
  Stack.Count size(@PathVariable String name, Exchange exchange) {
    return stacks.ask(name, new Stack.Size(), exchange, Stack.Count.class);
  }
}
