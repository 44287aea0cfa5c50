package dev.genserver.web;

/** The body of an operation without fields: nothing, or an empty object. */
record NoFields() {}
