package io.github.claudecodeproxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.claudecodeproxy.provider.ModelTarget;
import io.github.claudecodeproxy.testkit.Chunks;
import io.github.claudecodeproxy.upstream.Credential;
import io.github.claudecodeproxy.upstream.CredentialSupplier;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Keys that change while the engine runs. */
class UpstreamCredentialTest {

    private final Vault vault = new Vault();
    private final EngineFixture proxy =
            new EngineFixture(settings -> settings.maxRetries(0).upstreamCredential(vault));

    /** Answers when the test says so. */
    private static final class Vault implements CredentialSupplier {

        private final List<CompletableFuture<Credential>> questions = new ArrayList<>();
        private final List<@Nullable Credential> refused = new ArrayList<>();

        @Override
        public CompletionStage<Credential> credential(@Nullable Credential no) {
            CompletableFuture<Credential> question = new CompletableFuture<>();
            questions.add(question);
            refused.add(no);
            return question;
        }

        void give(Credential credential) {
            questions.get(questions.size() - 1).complete(credential);
        }

        void fail(String why) {
            questions.get(questions.size() - 1).completeExceptionally(new IllegalStateException(why));
        }
    }

    private String sentKey(int call) {
        return String.valueOf(proxy.upstream.call(call).request().headers().get("Authorization"));
    }

    @Test
    void allCallsWaitForOneAnswerAndUseItFromThenOn() {
        FakeExchange first = proxy.whole();
        FakeExchange second = proxy.whole();
        assertThat(proxy.upstream.count()).isZero();
        vault.give(Credential.key("first-key"));
        proxy.upstream.call(0).respond(200, Chunks.completion("one"));
        proxy.upstream.call(1).respond(200, Chunks.completion("two"));
        proxy.whole();
        assertThat(vault.questions).hasSize(1);
        assertThat(List.of(sentKey(0), sentKey(1), sentKey(2))).containsOnly("Bearer first-key");
        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(200);
    }

    @Test
    void aRefusedKeyIsReplacedOnceAndTheClientNoticesNothing() {
        FakeExchange exchange = proxy.whole();
        vault.give(Credential.key("first-key"));
        proxy.upstream.call(0).respond(401, Chunks.error("expired", "invalid_request_error"));
        assertThat(vault.refused.get(1)).isEqualTo(Credential.key("first-key"));
        assertThat(exchange.answered()).isFalse();
        vault.give(Credential.key("second-key"));
        assertThat(sentKey(1)).isEqualTo("Bearer second-key");
        proxy.upstream.call(1).respond(200, Chunks.completion("Hello"));
        assertThat(exchange.status()).isEqualTo(200);
    }

    @Test
    void aKeyIsReplacedOncePerCallAndTheSameKeyIsNotTriedAgain() {
        FakeExchange twice = proxy.whole();
        vault.give(Credential.key("first-key"));
        proxy.upstream.call(0).respond(401, Chunks.error("expired", "invalid_request_error"));
        vault.give(Credential.key("second-key"));
        proxy.upstream.call(1).respond(401, Chunks.error("expired second-key too", "invalid_request_error"));
        assertThat(vault.questions).hasSize(2);
        assertThat(twice.text()).contains("expired").doesNotContain("second-key");
        FakeExchange same = proxy.whole();
        proxy.upstream.call(2).respond(401, Chunks.error("still expired", "invalid_request_error"));
        vault.give(Credential.key("second-key"));
        assertThat(proxy.upstream.count()).isEqualTo(3);
        assertThat(same.text()).contains("still expired");
    }

    @Test
    void aRefusalThatIsTooLongToBeReadIsOneAndTheKeyIsReplaced() {
        FakeExchange exchange = proxy.whole();
        vault.give(Credential.key("first-key"));
        FakeUpstream.Call refused = proxy.upstream.call(0).headers(401, "content-type", "text/html");
        String page = "<p>no</p>".repeat(8_000);
        refused.bytes(page);
        refused.end();
        vault.give(Credential.key("second-key"));
        proxy.upstream.call(1).respond(200, Chunks.completion("Hello"));
        assertThat(exchange.status()).isEqualTo(200);
        assertThat(vault.questions).hasSize(2);
    }

    @Test
    void callsThatAreRefusedTogetherAskOnce() {
        FakeExchange first = proxy.whole();
        FakeExchange second = proxy.whole();
        vault.give(Credential.key("first-key"));
        proxy.upstream.call(0).respond(401, Chunks.error("expired", "invalid_request_error"));
        proxy.upstream.call(1).respond(401, Chunks.error("expired", "invalid_request_error"));
        vault.give(Credential.key("second-key"));
        proxy.upstream.call(2).respond(200, Chunks.completion("one"));
        proxy.upstream.call(3).respond(200, Chunks.completion("two"));
        assertThat(vault.questions).hasSize(2);
        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(200);
    }

    @Test
    void aFixedKeyIsNotAskedFor() {
        EngineFixture fixed = new EngineFixture(settings -> settings.maxRetries(0));
        FakeExchange exchange = fixed.whole();
        fixed.upstream.call(0).respond(401, Chunks.error("no such key", "invalid_request_error"));
        assertThat(fixed.upstream.count()).isEqualTo(1);
        assertThat(exchange.text()).contains("no such key");
    }

    @Test
    void theNextOneIsAskedForWhileTheOldOneIsInUse() {
        proxy.whole();
        vault.give(new Credential("old-key", false, Instant.now().minusSeconds(1)));
        proxy.whole();
        assertThat(vault.refused).containsExactly(null, null);
        assertThat(sentKey(1)).isEqualTo("Bearer old-key");
        vault.give(Credential.key("new-key"));
        proxy.whole();
        assertThat(sentKey(2)).isEqualTo("Bearer new-key");
    }

    @Test
    void whereThereIsNoKeyTheClientIsToldWhoseFaultItIsAndTheReasonStaysInTheLog() {
        FakeExchange exchange = proxy.whole();
        vault.fail("please log in as vault-user");
        assertThat(exchange.status()).isEqualTo(500);
        assertThat(exchange.text())
                .contains("The proxy has no key for the provider", "upstream credential")
                .doesNotContain("vault-user");
        assertThat(exchange.responseHeader("x-should-retry")).isEqualTo("false");
        // not asked for again at once
        assertThat(proxy.whole().status()).isEqualTo(500);
        assertThat(vault.questions).hasSize(1);
    }

    @Test
    void aTextThatIsNoKeyIsNotSent() {
        FakeExchange exchange = proxy.whole();
        vault.give(Credential.key("two\nlines"));
        assertThat(exchange.status()).isEqualTo(500);
        assertThat(proxy.upstream.count()).isZero();
    }

    @Test
    void aClientThatLeavesWhileTheKeyIsAskedForSendsNothing() {
        FakeExchange exchange = proxy.whole();
        exchange.leave();
        vault.give(Credential.key("first-key"));
        assertThat(proxy.upstream.count()).isZero();
    }

    @Test
    void aTokenIsABearerWhateverTheProviderDoesWithKeys() {
        EngineFixture azure =
                new EngineFixture(settings -> settings.baseUrl(URI.create("https://res.openai.azure.com/openai/v1"))
                        .upstreamCredential(vault));
        azure.whole();
        vault.give(Credential.token("the-token", Instant.now().plusSeconds(3600)));
        assertThat(azure.upstream.last().request().headers())
                .containsEntry("Authorization", "Bearer the-token")
                .doesNotContainKey("api-key");
    }

    @Test
    void aSupplierThatBreaksIsAskedAgain() {
        List<String> asked = new ArrayList<>();
        EngineFixture broken =
                new EngineFixture(settings -> settings.maxRetries(0).upstreamCredential(no -> {
                    asked.add("asked");
                    throw new NoClassDefFoundError("what it needs");
                }));
        assertThat(broken.whole().status()).isEqualTo(500);
        assertThat(broken.whole().status()).isEqualTo(500);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whereEveryKeyIsRefusedNotEveryCallAsksForOne() {
        proxy.whole();
        vault.give(Credential.key("key-0"));
        for (int call = 0; call < 20; call++) {
            FakeExchange exchange = proxy.whole();
            for (int i = 0; i < 2 && !exchange.answered(); i++) {
                proxy.upstream.last().respond(401, Chunks.error("no", "invalid_request_error"));
                vault.give(Credential.key("key-" + vault.questions.size()));
            }
            assertThat(exchange.status()).isBetween(400, 599);
        }
        assertThat(vault.questions).hasSizeLessThan(4);
    }

    @Test
    void aTokenThatIsDueAsSoonAsItIsGivenIsNotAskedForAtEachCall() {
        proxy.whole();
        vault.give(new Credential("a-token", true, Instant.now().minusSeconds(1)));
        for (int call = 0; call < 20; call++) {
            proxy.whole();
            vault.give(new Credential("a-token", true, Instant.now().minusSeconds(1)));
        }
        assertThat(vault.questions).hasSizeLessThan(4);
    }

    @Test
    void whoTakesACallOverMayHaveANewKeyToo() {
        Vault other = new Vault();
        EngineFixture two = new EngineFixture(settings -> settings.maxRetries(0)
                .upstreamCredential(vault)
                .upstream("second", URI.create("http://second.test/v1"), other)
                .bigModel("one")
                .fallbacks(List.of(new ModelTarget("second", "two"))));
        FakeExchange exchange = two.whole();
        vault.give(Credential.key("key-one"));
        two.upstream.call(0).respond(401, Chunks.error("expired", "invalid_request_error"));
        vault.give(Credential.key("key-one-new"));
        two.upstream.call(1).respond(500, Chunks.error("down", "server_error"));
        other.give(Credential.key("key-two"));
        two.upstream.call(2).respond(401, Chunks.error("expired", "invalid_request_error"));
        other.give(Credential.key("key-two-new"));
        two.upstream.call(3).respond(200, Chunks.completion("Hello"));
        assertThat(exchange.status()).isEqualTo(200);
    }
}
