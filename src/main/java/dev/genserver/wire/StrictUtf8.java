package dev.genserver.wire;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Serial;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.io.InputDecorator;

/**
 * Refuses the ill-formed UTF-8 that the JSON parser takes: overlong forms and what lies past
 * U+10FFFF. The two are seen by a byte and the one before it.
 */
final class StrictUtf8 extends InputDecorator {
  @Serial private static final long serialVersionUID = 1;

  @Override
  public InputStream decorate(IOContext context, InputStream in) {
    return new Checked(in);
  }

  @Override
  @SuppressWarnings("NullAway") // null means: read the bytes as they are
  public InputStream decorate(IOContext context, byte[] bytes, int offset, int length) {
    check(0, bytes, offset, length);
    return null;
  }

  @Override
  public Reader decorate(IOContext context, Reader in) {
    return in;
  }

  private static int check(int before, byte[] bytes, int offset, int length) {
    int last = before;
    for (int i = offset; i < offset + length; i++) {
      last = check(last, bytes[i] & 0xFF);
    }
    return last;
  }

  private static int check(int before, int b) {
    if (b >= 0x80
        && (b == 0xC0
            || b == 0xC1
            || b > 0xF4
            || (before == 0xE0 && b < 0xA0)
            || (before == 0xF0 && b < 0x90)
            || (before == 0xF4 && b > 0x8F))) {
      throw new StreamReadException("Invalid UTF-8 byte 0x" + Integer.toHexString(b));
    }
    return b;
  }

  private static final class Checked extends FilterInputStream {
    private int last;

    Checked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        last = check(last, b);
      }
      return b;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int n = super.read(to, offset, length);
      if (n > 0) {
        last = check(last, to, offset, n);
      }
      return n;
    }
  }
}
