package io.github.claudecodeproxy.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a provider's failure, and that nothing it sends keeps us busy. */
class UpstreamErrorTest {

    private static final UpstreamWords WORDS = new UpstreamWords(new Secrets(Set.of("correct.horse!battery")));

    @ParameterizedTest
    @ValueSource(
            strings = {"<", "<script ", "<!--", "<a", "sk-", "sk-a1***", "eyJ", "Bearer ", "key: ", " ", "Basic a", "a."
            })
    void noBytesTakeLong(String piece) {
        for (int length : new int[] {64 << 10, 16 << 20}) {
            String attack = piece.repeat(length / piece.length());
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                assertThat(UpstreamError.ofText(attack, WORDS).message()).hasSizeLessThan(2010);
                assertThat(UpstreamError.of(TextNode.valueOf(attack), WORDS).message())
                        .hasSizeLessThan(2010);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "maximum context length is 1 tokens. However, you requested ",
                "keep the first 1 tokens when ",
                "maximum context length is 1 tokens. However, you requested 1 tokens (",
                "1",
            })
    void noWordsTakeLongToRecognise(String piece) {
        UpstreamError error = UpstreamError.of(TextNode.valueOf(piece.repeat(4000)), WORDS);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            String message = new ContextLength(5, null).message(400, error);
            assertThat(message == null || message.startsWith("prompt is too long"))
                    .isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"unexpected <|endoftext|> in the prompt", "a < b and c > d", "<400> InvalidParameter"})
    void onlyAPageLosesItsMarkup(String words) {
        assertThat(UpstreamError.of(TextNode.valueOf(words + " <b>"), WORDS).message())
                .isEqualTo(words + " <b>");
        assertThat(UpstreamError.ofText(words + " <b>", WORDS).message()).isEqualTo(words);
    }

    @Test
    void aPageIsReadWithoutScriptsAndComments() {
        String page =
                "<html><SCRIPT>if (a < b) x();</Script><!-- <b>no</b> --><h1 class=\"x\">Bad gateway</h1><style>p";
        assertThat(UpstreamError.ofText(page, WORDS).message()).isEqualTo("Bad gateway");
    }

    @Test
    void aSecretIsMaskedBeforeTheTextIsCut() {
        String words = "x".repeat(1990) + " correct.horse!battery";
        assertThat(UpstreamError.of(TextNode.valueOf(words), WORDS).message()).doesNotContain("correct");
        String key = "y".repeat(1985) + " sk-proj-abcdef1234567890";
        assertThat(UpstreamError.of(TextNode.valueOf(key), WORDS).message()).doesNotContain("proj");
    }

    @Test
    void noCharacterIsCutInTwo() {
        String message = UpstreamError.of(TextNode.valueOf("x" + "\uD83D\uDE00".repeat(3000)), WORDS)
                .message();
        assertThat(message.codePoints().noneMatch(point -> point >= 0xD800 && point < 0xE000))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"error\\":{\\"message\\":\\"inner\\"}}"}}} | inner
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"plain words"}}} | Provider returned error: plain words
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"<html><b>Bad</b></html>"}}} | Provider returned error: Bad
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":{"message":"inner"}}}} | inner
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"error\\":{\\"mess"}}} | Provider returned error: {"error":{"mess
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\\"reason\\":1}"}}} | Provider returned error: {"reason":1}
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":""}}} | Provider returned error
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":{}}}} | Provider returned error
            {"error":{"message":"Provider returned error","code":400,"metadata":{"raw":7}}} | Provider returned error
            {"error":{"message":"No endpoints found","code":404,"metadata":{"raw":"other"}}} | No endpoints found
            {"error":false,"message":"words"} | words
            {"error":0,"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}} | insufficient balance
            """)
    void theInnermostWordsCount(String body, String message) throws JsonProcessingException {
        assertThat(UpstreamError.of(new ObjectMapper().readTree(body), WORDS).message())
                .isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource({"1001,504", "1002,429", "1004,401", "1008,402", "2013,400", "1000,0", "0,0", "429,429"})
    void miniMaxHasNumbersOfItsOwn(int code, int status) throws JsonProcessingException {
        String body = "{\"base_resp\":{\"status_code\":" + code + ",\"status_msg\":\"words\"}}";
        assertThat(UpstreamError.of(new ObjectMapper().readTree(body), WORDS).status())
                .isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"status":429,"message":"x"}             | 429
            {"status":"503","message":"x"}           | 503
            {"code":"abc","status":422}              | 422
            {"code":1234567890123456789012,"type":1} | 0
            {"code":200,"status":"INVALID_ARGUMENT"} | 0
            """)
    void aStatusIsReadFromWhereItIs(String error, int status) throws JsonProcessingException {
        assertThat(UpstreamError.of(new ObjectMapper().readTree(error), WORDS).status())
                .isEqualTo(status);
    }
}
