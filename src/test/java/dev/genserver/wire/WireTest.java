package dev.genserver.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.genserver.behaviour.Behaviour;
import dev.genserver.behaviour.Default;
import dev.genserver.behaviour.Invalid;
import dev.genserver.behaviour.Json;
import dev.genserver.kinds.Cache;
import dev.genserver.kinds.Stack;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

class WireTest {

  enum Colour {
    RED,
    GREEN
  }

  record Inner(long n) {}

  /** One component of each type. */
  record Sample(
      long number,
      @Default("7") int small,
      @Default("1.5") double ratio,
      @Default("true") boolean flag,
      @Nullable String text,
      @Default("\"5s\"") Duration time,
      @Default("\"RED\"") Colour colour,
      @Default("[]") List<Inner> list,
      @Nullable Inner inner,
      @Nullable Json any) {
    Sample {
      if (number == 13) {
        throw new Invalid("number", "must not be 13");
      }
    }
  }

  record Any(Json value) {}

  private static Sample decode(String json) {
    return Wire.decode(json.getBytes(UTF_8), Sample.class);
  }

  private static String keep(String json) {
    return Wire.decode(("{\"value\":" + json + "}").getBytes(UTF_8), Any.class).value().text();
  }

  /** The words for a refused body, which hold nothing of the code. */
  private static String refusal(byte[] body, Class<?> type) {
    Throwable thrown = catchThrowable(() -> Wire.decode(body, type));
    assertThat(thrown).as(new String(body, UTF_8)).isInstanceOf(Malformed.class);
    String detail = ((Malformed) thrown).detail();
    assertThat(detail)
        .hasSizeLessThan(400)
        .matches("(?s)[^ ]+: .+")
        .doesNotContainPattern(
            "[a-z]+\\.[a-z]+\\.[A-Za-z]+|Exception|Feature|Constraints|`|\\$|\\n|Jackson|genserver");
    return detail;
  }

  private static String refusal(String body) {
    return refusal(body.getBytes(UTF_8), Sample.class);
  }

  @SuppressWarnings("ArrayRecordComponent") // a stranger may do so
  record Names(String... names) {}

  @Test
  void decode_asManyAsThereAre() {
    Names decoded = Wire.decode("{\"names\":[\"a\",\"b\"]}".getBytes(UTF_8), Names.class);
    assertThat(decoded.names()).containsExactly("a", "b");
  }

  @Test
  void decode_leftOut_defaults() {
    assertThat(decode("{\"number\":1}"))
        .isEqualTo(
            new Sample(
                1, 7, 1.5, true, null, Duration.ofSeconds(5), Colour.RED, List.of(), null, null));
  }

  @Test
  void decode_nullWhereNullable() {
    assertThat(decode("{\"number\":1,\"text\":null,\"inner\":null,\"any\":null}"))
        .extracting(Sample::text, Sample::inner, Sample::any)
        .containsExactly(null, null, Json.NULL);
  }

  @Test
  void decode_longRange() {
    assertThat(decode("{\"number\":9223372036854775807}").number()).isEqualTo(Long.MAX_VALUE);
    assertThat(decode("{\"number\":-9223372036854775808}").number()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void decode_emptyBody_anEmptyObject() {
    assertThat(refusal("")).isEqualTo("number: is required");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                  | number: is required
          {"number":1,"more":2}               | more: no such field; known are [
          {"number":1,"Number":2}             | Number: no such field
          {"number":1,"inner":{"n":1,"m":2}}  | inner.m: no such field; known are [n]
          {"number":1,"inner":{}}             | inner.n: is required
          {"number":1,"list":[{"n":1},{}]}    | list[1].n: is required
          {"number":1,"number":1}             | number: is given twice
          {"number":1,"inner":{"n":1,"n":1}}  | n: is given twice
          {"number":1,"any":[{"x":{"y":1,"y":2}}]} | y: is given twice
          {"number":null}                     | number: must not be null
          {"number":1,"small":null}           | small: must not be null
          {"number":1,"flag":null}            | flag: must not be null
          {"number":1,"time":null}            | time: must not be null
          {"number":1,"list":null}            | list: must not be null
          {"number":1,"colour":null}          | colour: must not be null
          {"number":"1"}                      | number: must be a whole number from -9223372036854775808 to 9223372036854775807
          {"number":""}                       | number: must be a whole number
          {"number":true}                     | number: must be a whole number
          {"number":[1]}                      | number: must be a whole number
          {"number":{}}                       | number: must be a whole number
          {"number":1.0}                      | number: must be a whole number
          {"number":1e2}                      | number: must be a whole number
          {"number":-0.0}                     | number: must be a whole number
          {"number":1e400}                    | number: must be a whole number
          {"number":9223372036854775808}      | number: must be a whole number
          {"number":-9223372036854775809}     | number: must be a whole number
          {"number":123456789012345678901234567890} | number: must be a whole number
          {"number":1,"small":2147483648}     | small: must be a whole number from -2147483648 to 2147483647
          {"number":1,"ratio":"1.5"}          | ratio: must be a number
          {"number":1,"flag":"true"}          | flag: must be true or false
          {"number":1,"flag":1}               | flag: must be true or false
          {"number":1,"text":1}               | text: must be a string
          {"number":1,"text":1.5}             | text: must be a string
          {"number":1,"text":true}            | text: must be a string
          {"number":1,"text":["a"]}           | text: must be a string
          {"number":1,"text":{}}              | text: must be a string
          {"number":1,"time":5}               | time: must be a whole number and ms, s, m, h or d
          {"number":1,"time":"5"}             | time: must be a whole number and ms, s, m, h or d
          {"number":1,"time":["5s"]}          | time: must be a whole number and ms, s, m, h or d
          {"number":1,"time":"36501d"}        | time: must be at most 36500d
          {"number":1,"colour":"BLUE"}        | colour: must be one of [RED, GREEN]
          {"number":1,"colour":0}             | colour: must be one of [RED, GREEN]
          {"number":1,"list":{}}              | list: must be an array
          {"number":1,"list":""}              | list: must be an array
          {"number":1,"list":{"n":1}}         | list: must be an array
          {"number":1,"list":[1]}             | list[0]: must be an object
          {"number":1,"inner":[]}             | inner: must be an object
          {"number":1,"inner":""}             | inner: must be an object
          {"number":13}                       | number: must not be 13
          []                                  | body: must be an object
          [{"number":1}]                      | body: must be an object
          1                                   | body: must be an object
          "x"                                 | body: must be an object
          true                                | body: must be an object
          null                                | body: must be a JSON object, not null
          {"number":1} {}                     | body: must be one JSON value, with nothing behind it
          {"number":1}]                       | body: not JSON
          {"number":1}x                       | body: not JSON
          {                                   | body: not JSON (line 1, column 2): Unexpected end-of-input
          {"number":                          | body: not JSON
          {"number":1                         | body: not JSON
          {"number":1,}                       | body: not JSON
          {'number':1}                        | body: not JSON
          {number:1}                          | body: not JSON
          {"number":01}                       | body: not JSON
          {"number":+1}                       | body: not JSON
          {"number":.5}                       | body: not JSON
          {"number":5.}                       | body: not JSON
          {"number":0x1}                      | body: not JSON
          {"number":NaN}                      | body: not JSON
          {"number":-Infinity}                | body: not JSON
          {"number":tru}                      | body: not JSON
          {"number":1/**/}                    | body: not JSON
          {"number":1,"text":"\\x"}           | body: not JSON
          {"number":1,"text":"\\u12"}         | body: not JSON
          {"number":1,"text":"\t"}            | body: not JSON
          {"number":1,"any":{"a"}}            | body: not JSON
          """)
  void decode_wrong(String body, String words) {
    assertThat(refusal(body)).startsWith(words);
  }

  @Test
  void decode_blankBody() {
    assertThat(refusal(" ")).isEqualTo("body: must be an object");
  }

  @Test
  void decode_veryLongNumber() {
    String words = "Number value length (1001) exceeds the maximum allowed (1000)";
    assertThat(refusal("{\"number\":1,\"any\":" + "9".repeat(1001) + "}")).endsWith(words);
    assertThat(refusal("{\"number\":" + "9".repeat(1001) + "}")).endsWith(words);
    assertThat(keep("9".repeat(1000))).hasSize(1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void decode_deepNesting(String open) {
    assertThat(refusal("{\"number\":1,\"any\":" + open.repeat(100_000))).startsWith("any: ");
    assertThat(refusal(open.repeat(100_000))).contains(": ");
  }

  @Test
  void decode_veryLongName() {
    assertThat(refusal("{\"number\":1,\"any\":{\"" + "x".repeat(100_000) + "\":1}}"))
        .startsWith("any: ");
    assertThat(refusal("{\"number\":1,\"" + "x".repeat(40_000) + "\":1}"))
        .contains("no such field");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80",
        "bf",
        "c3",
        "c328",
        "c0af",
        "c080",
        "c1bf",
        "e28228",
        "e282",
        "e08080",
        "e09fbf",
        "eda080",
        "edbfbf",
        "f0288c28",
        "f0808080",
        "f08fbfbf",
        "f4908080",
        "f5808080",
        "f7bfbfbf",
        "f888808080",
        "fe",
        "ff"
      })
  void decode_invalidUtf8(String hex) {
    byte[] value = bytes("{\"value\":\"", hex, "\"}");
    byte[] name = bytes("{\"", hex, "\":1}");

    assertThat(refusal(value, Any.class)).startsWith("body: not JSON");
    assertThat(refusal(name, Any.class)).startsWith("body: not JSON");
    assertThat(
            catchThrowable(
                () -> Wire.mapper().readValue(new ByteArrayInputStream(value), Any.class)))
        .isInstanceOf(JacksonException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "7f",
        "c280",
        "dfbf",
        "e0a080",
        "ed9fbf",
        "ee8080",
        "efbfbf",
        "f0908080",
        "f48fbfbf"
      })
  void decode_endsOfUtf8(String hex) {
    byte[] body = bytes("{\"value\":\"a", hex.equals("00") ? "5c7530303030" : hex, "z\"}");
    String expected =
        hex.equals("00")
            ? "\"a\\u0000z\""
            : "\"a" + new String(HexFormat.of().parseHex(hex), UTF_8) + "z\"";

    assertThat(Wire.decode(body, Any.class).value().text()).isEqualTo(expected);
    assertThat(Wire.mapper().readValue(new ByteArrayInputStream(body), Any.class).value().text())
        .isEqualTo(expected);
  }

  private static byte[] bytes(String before, String hex, String after) {
    return HexFormat.of()
        .parseHex(
            HexFormat.of().formatHex(before.getBytes(UTF_8))
                + hex
                + HexFormat.of().formatHex(after.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "1.10",
        "1E5",
        "1e+05",
        "1e400",
        "-1e-400",
        "123456789012345678901234567890",
        "0.1234567890123456789012345678901234567890",
        "\"\"",
        "\"\u00fc\u20ac\ud83d\ude00\"",
        "\"\\\"\\\\\\n\"",
        "[]",
        "{}",
        "[[[]]]",
        "{\"b\":1,\"a\":{\"\":[null,1e400,-0.0,1.10]}}",
        "\"\\uD83D\"",
        "[\"\\uDE00x\"]"
      })
  void json_anyValue_kept(String json) {
    assertThat(keep(json)).isEqualTo(json);
    assertThat(keep(" \n" + json + "\t ")).isEqualTo(json);
    assertThat(new String(Wire.mapper().writeValueAsBytes(new Any(new Json(json))), UTF_8))
        .isEqualTo("{\"value\":" + json + "}");
  }

  @Test
  void json_escapes_sameCharacters() {
    assertThat(keep("\"\\u0041\\/\\u00e9\\ud83d\\ude00\\u0000\""))
        .isEqualTo("\"A/\u00e9\ud83d\ude00\\u0000\"");
    assertThat(keep("{ \"a\" : [ 1 , 2 ] }")).isEqualTo("{\"a\":[1,2]}");
  }

  @Test
  void json_nestedAsDeepAsAllowed() {
    String deep = "[".repeat(400) + "]".repeat(400);

    assertThat(keep(deep)).isEqualTo(deep);
  }

  @Test
  void json_missing() {
    assertThat(refusal("{}".getBytes(UTF_8), Any.class)).isEqualTo("value: is required");
  }

  @Test
  void arguments_refusedByTheKind() {
    Kind caches = new Kinds(List.of(Cache.class)).of(Cache.class);

    assertThat(catchThrowable(() -> caches.decodeArguments("{\"maxSize\":0}".getBytes(UTF_8))))
        .isInstanceOf(InvalidArguments.class)
        .hasMessage("maxSize: must be 1 or more");
    assertThat(catchThrowable(() -> caches.decodeArguments("{\"maxSize\":\"0\"}".getBytes(UTF_8))))
        .isInstanceOf(Malformed.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{"a":1,"b":[{"c":1,"d":2}]}] | [{"b":[{"d":2,"c":1}],"a":1}] | true
          [1e400]                       | [1e400]                       | true
          ["\\u0041"]                   | ["A"]                         | true
          [1,2]                         | [2,1]                         | false
          [1e400]                       | [1e500]                       | false
          [null]                        | []                            | false
          [0.1]                         | [0.10000000000000000000001]   | false
          """)
  void sameArguments_meaningCounts(String a, String b, boolean same) {
    Kind stacks = new Kinds(List.of(Stack.class)).of(Stack.class);

    assertThat(stacks.sameArguments(stack(stacks, a), stack(stacks, b))).isEqualTo(same);
  }

  private static Behaviour<?, ?> stack(Kind stacks, String items) {
    return stacks.decodeArguments(("{\"items\":" + items + "}").getBytes(UTF_8));
  }
}
