package io.github.claudecodeproxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.claudecodeproxy.testkit.fault.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from files in PEM form, and what is said of those that cannot be used. */
class TlsFilesTest {

    private static Certificates certificates;

    @TempDir
    private Path folder;

    @BeforeAll
    static void make() throws Exception {
        certificates = Certificates.make();
    }

    @AfterAll
    static void delete() throws Exception {
        certificates.close();
    }

    @Test
    void aCertificateWithItsKey() throws Exception {
        TlsFiles.Identity identity =
                TlsFiles.identity(certificates.certificateFile("good"), certificates.keyFile("good"));
        assertThat(identity.chain()).hasSize(1);
        assertThat(identity).hasToString("Identity of CN=good");
    }

    @Test
    void theKeyOfAnotherCertificate() throws Exception {
        Path certificate = certificates.certificateFile("good");
        Path key = certificates.keyFile("expired");
        assertThatThrownBy(() -> TlsFiles.identity(certificate, key))
                .hasMessage("the key is not the first certificate's");
    }

    @ParameterizedTest
    @CsvSource({"RSA,2048", "Ed25519,255"})
    void keysOfOtherAlgorithmsAreRead(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        String base64 = Base64.getEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        Path key = write("-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
        Path certificate = certificates.certificateFile("good");
        // it was read: what is wrong is that it belongs to no certificate
        assertThatThrownBy(() -> TlsFiles.identity(certificate, key))
                .hasMessage("the key is not the first certificate's");
    }

    @ParameterizedTest
    @CsvSource({
        "nothing,holds no key",
        "-----BEGIN RSA PRIVATE KEY-----canary-----END RSA PRIVATE KEY-----,openssl pkcs8 -topk8 -nocrypt",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----canary-----END ENCRYPTED PRIVATE KEY-----,openssl pkcs8 -topk8 -nocrypt",
        "-----BEGIN PRIVATE KEY-----canary-----END PRIVATE KEY-----,no known algorithm"
    })
    void keysThatCannotBeUsed(String text, String told) throws Exception {
        Path key = write(text);
        Path certificate = certificates.certificateFile("good");
        assertThatThrownBy(() -> TlsFiles.identity(certificate, key))
                .isInstanceOf(TlsFiles.TlsFileException.class)
                .hasMessageStartingWith("the key's file ")
                .hasMessageContaining(told)
                .message()
                .doesNotContain("canary");
    }

    @Test
    void certificatesThatCannotBeUsed() throws Exception {
        Path none = write("");
        Path damaged = write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> TlsFiles.certificates(none)).hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> TlsFiles.certificates(damaged)).hasMessageContaining("holds no certificate");
        assertThatThrownBy(() -> TlsFiles.certificates(folder.resolve("canary")))
                .hasMessageContaining("cannot be read")
                .message()
                .doesNotContain("canary");
    }

    private Path write(String text) throws Exception {
        return Files.writeString(Files.createTempFile(folder, "file", ".pem"), text);
    }
}
