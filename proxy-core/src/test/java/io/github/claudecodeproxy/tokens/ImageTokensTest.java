package io.github.claudecodeproxy.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.provider.ModelData;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTokensTest {

    @ParameterizedTest
    @CsvSource({"png, 200, 200", "jpg, 640, 480", "gif, 33, 17", "png, 3000, 10"})
    void theSizeIsReadFromTheFirstBytes(String format, int width, int height) throws IOException {
        assertThat(ImageSize.ofBase64(image(format, width, height))).isEqualTo(new ImageSize(width, height));
    }

    /** First bytes of WebP files of 550 x 368, in the three forms. */
    @Test
    void theSizeOfAWebpIsRead() {
        byte[] simple = head("RIFF....WEBPVP8 ....", 0x30, 1, 0, 0x9D, 1, 0x2A, 0x26, 2, 0x70, 1);
        byte[] lossless = head("RIFF....WEBPVP8L....", 0x2F, 0x25, 0xC2, 0x5B, 0, 0, 0, 0, 0, 0);
        byte[] extended = head("RIFF....WEBPVP8X....", 0x10, 0, 0, 0, 0x25, 2, 0, 0x6F, 1, 0);
        for (byte[] webp : new byte[][] {simple, lossless, extended}) {
            assertThat(ImageSize.ofBase64(Base64.getEncoder().encodeToString(webp)))
                    .isEqualTo(new ImageSize(550, 368));
        }
    }

    @Test
    void whatIsNoImageHasNoSize() {
        for (String data : new String[] {"", "AAAA", "!!!!", "iVBORw0KGgo=", "/9j/", "UklGRg=="}) {
            assertThat(ImageSize.ofBase64(data)).as(data).isNull();
        }
    }

    /** The examples of Anthropic's documentation. */
    @ParameterizedTest
    @CsvSource({"200, 200, 54", "1000, 1000, 1334", "1092, 1092, 1590", "4000, 4000, 1600", "8000, 100, 41"})
    void anImageCostsItsArea(int width, int height, long tokens) throws IOException {
        assertThat(tokens(null, width, height)).isEqualTo(tokens);
    }

    /** The examples of OpenAI's documentation. */
    @ParameterizedTest
    @CsvSource({"1024, 1024, 765", "2048, 4096, 1105", "512, 512, 255", "100, 100, 255"})
    void anImageCostsItsTiles(int width, int height, long tokens) throws IOException {
        assertThat(tokens(new ModelData.ImageTokens(85, 170, null), width, height))
                .isEqualTo(tokens);
    }

    @ParameterizedTest
    @CsvSource({"1024, 1024, 1024", "64, 33, 4", "1800, 2400, 1536"})
    void anImageCostsItsPatches(int width, int height, long tokens) throws IOException {
        assertThat(tokens(new ModelData.ImageTokens(0, 0, 1.0), width, height)).isEqualTo(tokens);
    }

    private static long tokens(ModelData.@Nullable ImageTokens formula, int width, int height) throws IOException {
        return new ImageTokens(formula)
                .of(new ContentBlock.Source("base64", "image/png", image("png", width, height), null, null, null));
    }

    private static String image(String format, int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, bytes);
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static byte[] head(String text, int... more) {
        byte[] bytes = new byte[text.length() + more.length];
        for (int i = 0; i < text.length(); i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        for (int i = 0; i < more.length; i++) {
            bytes[text.length() + i] = (byte) more[i];
        }
        return bytes;
    }
}
