package io.github.claudecodeproxy.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates for 127.0.0.1, good and bad, of an authority that nobody else trusts. Made by the JDK's keytool. They are in
 * files until this is closed. Thread-safe once made.
 */
public final class Certificates implements AutoCloseable {

    private static final String PASSWORD = "changeit";
    private static final String AUTHORITY = "authority";

    private final Path folder;
    private final Path store;

    private Certificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("keys");
    }

    /** Makes all of them. */
    public static Certificates make() throws IOException, InterruptedException {
        Certificates certificates = new Certificates(Files.createTempDirectory("certificates"));
        certificates.keytool(AUTHORITY, "-startdate", "-365d", "-validity", "1000", "-ext", "bc:c");
        certificates.keytool("good", "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1");
        certificates.keytool("wrong host", "-signer", AUTHORITY, "-ext", "san=dns:other.example");
        certificates.keytool(
                "expired", "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1", "-startdate", "-90d", "-validity", "30");
        return certificates;
    }

    /**
     * Trusts the authority and shows the named certificate: {@code good}, {@code wrong host} or {@code expired}; none for
     * any other name.
     */
    public SSLContext context(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = keys();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(AUTHORITY, keys.getCertificate(AUTHORITY));
        for (String alias : List.of(AUTHORITY, "good", "wrong host", "expired")) {
            if (!alias.equals(name)) {
                keys.deleteEntry(alias);
            }
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** A file with the authority's certificate, in PEM form. */
    public Path authorityFile() throws IOException, GeneralSecurityException {
        return pem(
                "authority.pem", "CERTIFICATE", keys().getCertificate(AUTHORITY).getEncoded());
    }

    /** A file with the certificate of this name, in PEM form. */
    public Path certificateFile(String name) throws IOException, GeneralSecurityException {
        return pem(name + ".pem", "CERTIFICATE", keys().getCertificate(name).getEncoded());
    }

    /** A file with the key of this certificate, in PEM form. */
    public Path keyFile(String name) throws IOException, GeneralSecurityException {
        return pem(
                name + ".key",
                "PRIVATE KEY",
                keys().getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    private Path pem(String file, String kind, byte[] encoded) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        String text = "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
        return Files.writeString(folder.resolve(file), text);
    }

    private KeyStore keys() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private void keytool(String alias, String... arguments) throws IOException, InterruptedException {
        Path program = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(program.toString(), "-genkeypair", "-keyalg", "EC"));
        command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias, "-keystore", store.toString()));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of(arguments));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError("keytool made no certificate " + alias);
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
