package io.github.claudecodeproxy.tokens;

import io.github.claudecodeproxy.claude.ContentBlock;
import io.github.claudecodeproxy.provider.ModelData;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of an image, by the formula that its model's vendor has published: 512-pixel tiles or 32-pixel patches for
 * OpenAI's models, and Anthropic's area for all others. Immutable.
 */
final class ImageTokens {

    /** Anthropic: a longer edge is scaled down to this, and an image is about 1,600 tokens then. */
    private static final int LONGEST_EDGE = 1568;

    private static final double PIXELS_PER_TOKEN = 750;
    private static final int MOST = 1600;

    private static final int TILE = 512;
    private static final double TILED_LONGEST = 2048;
    private static final double TILED_SHORTEST = 768;

    private static final int PATCH = 32;
    private static final int MOST_PATCHES = 1536;

    private static final ImageSize UNKNOWN = new ImageSize(1024, 1024);

    private final ModelData.@Nullable ImageTokens formula;

    ImageTokens(ModelData.@Nullable ImageTokens formula) {
        this.formula = formula;
    }

    long of(ContentBlock.Source source) {
        ImageSize size = source.data() == null ? null : ImageSize.ofBase64(source.data());
        if (formula == null) {
            return size == null ? MOST : byArea(size);
        }
        ImageSize known = size == null ? UNKNOWN : size;
        Double patch = formula.patch();
        return patch == null ? byTiles(known, formula) : Math.round(Math.ceil(patches(known) * patch));
    }

    private static long byArea(ImageSize size) {
        double scale = Math.min(1, (double) LONGEST_EDGE / Math.max(size.width(), size.height()));
        double pixels = size.width() * scale * size.height() * scale;
        return Math.max(1, Math.min(MOST, Math.round(Math.ceil(pixels / PIXELS_PER_TOKEN))));
    }

    private static long byTiles(ImageSize size, ModelData.ImageTokens formula) {
        double fit = Math.min(1, TILED_LONGEST / Math.max(size.width(), size.height()));
        double shortest = Math.min(size.width(), size.height()) * fit;
        double scale = fit * Math.min(1, TILED_SHORTEST / shortest);
        return formula.base() + formula.tile() * parts(size.width() * scale, TILE) * parts(size.height() * scale, TILE);
    }

    private static long patches(ImageSize size) {
        return Math.min(MOST_PATCHES, parts(size.width(), PATCH) * parts(size.height(), PATCH));
    }

    private static long parts(double pixels, int part) {
        // A scale is a fraction, and may leave a hair more than a whole tile.
        return Math.max(1, Math.round(Math.ceil(pixels / part - 1e-6)));
    }
}
