package dev.genserver.web;

import dev.genserver.behaviour.Json;

/** The body of a PUT to an entry: any JSON value, {@code null} included. */
record ValueBody(Json value) {}
