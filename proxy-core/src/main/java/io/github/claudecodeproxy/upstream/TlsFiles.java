package io.github.claudecodeproxy.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Makes TLS contexts of files in PEM form: certificates as {@code BEGIN CERTIFICATE}, keys as {@code BEGIN PRIVATE KEY}
 * (PKCS #8, not encrypted). Nothing here switches a check of certificates off. No instances; thread-safe.
 */
public final class TlsFiles {

    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (?<kind>[A-Z ]*PRIVATE KEY)-----(?<base64>[^-]*)-----END [A-Z ]*PRIVATE KEY-----");

    private TlsFiles() {}

    /** A file cannot be used; the message says why and what to do, and shows nothing of it. */
    public static final class TlsFileException extends Exception {

        private static final long serialVersionUID = 1L;

        TlsFileException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * A certificate to show, with its key.
     *
     * @param chain the certificate, then those that signed it, each behind the one it signed
     * @param key the key of the first
     */
    public record Identity(List<X509Certificate> chain, PrivateKey key) {

        /** Copies the chain. */
        public Identity {
            chain = List.copyOf(chain);
        }

        /** Never shows the key. */
        @Override
        public String toString() {
            return "Identity of " + chain.get(0).getSubjectX500Principal();
        }
    }

    /**
     * Reads certificates.
     *
     * @throws TlsFileException if the file is not there, or has none, or is damaged
     */
    public static List<X509Certificate> certificates(Path file) throws TlsFileException {
        byte[] text = read(file);
        try {
            List<X509Certificate> found = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(text))) {
                found.add((X509Certificate) certificate);
            }
            if (found.isEmpty()) {
                throw new TlsFileException("holds no certificate; it must have lines BEGIN CERTIFICATE", null);
            }
            return List.copyOf(found);
        } catch (CertificateException e) {
            throw new TlsFileException("holds no certificate that can be read; it must be in PEM form", e);
        }
    }

    private static PrivateKey key(Path file) throws TlsFileException {
        Matcher found = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new TlsFileException("holds no key; it must have a line BEGIN PRIVATE KEY", null);
        }
        if (!found.group("kind").equals("PRIVATE KEY")) {
            throw new TlsFileException(
                    "holds a key as " + found.group("kind")
                            + ", which is not read; make it BEGIN PRIVATE KEY by: openssl pkcs8 -topk8 -nocrypt",
                    null);
        }
        PKCS8EncodedKeySpec encoded;
        try {
            encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group("base64")));
        } catch (IllegalArgumentException e) {
            throw new TlsFileException("holds a damaged key", e);
        }
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException e) {
                // a key of another algorithm
            }
        }
        throw new TlsFileException("holds a key of no known algorithm; RSA, EC and EdDSA are", null);
    }

    /**
     * Reads a certificate and its key.
     *
     * @param chain a file with the certificate, then those that signed it
     * @param key a file with its key
     * @throws TlsFileException if one of them cannot be used, or they do not belong together; the message says which
     */
    public static Identity identity(Path chain, Path key) throws TlsFileException {
        Identity identity = new Identity(
                of("the certificate's file ", chain, TlsFiles::certificates),
                of("the key's file ", key, TlsFiles::key));
        if (!belongs(identity.key(), identity.chain().get(0).getPublicKey())) {
            throw new TlsFileException("the key is not the first certificate's", null);
        }
        return identity;
    }

    private interface Reading<T> {
        T of(Path file) throws TlsFileException;
    }

    private static <T> T of(String which, Path file, Reading<T> reading) throws TlsFileException {
        try {
            return reading.of(file);
        } catch (TlsFileException e) {
            throw new TlsFileException(which + e.getMessage(), e);
        }
    }

    /**
     * A context for TLS.
     *
     * @param authorities whom to trust besides those that the JDK trusts
     * @param identity what to show to the other side; null for nothing
     * @throws IllegalStateException if this JVM cannot make one
     */
    public static SSLContext context(Collection<X509Certificate> authorities, @Nullable Identity identity) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(identity), trust(authorities), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS with these certificates", e);
        }
    }

    private static KeyManager @Nullable [] keys(@Nullable Identity identity)
            throws GeneralSecurityException, IOException {
        if (identity == null) {
            return null;
        }
        KeyStore store = emptyStore();
        char[] password = {};
        store.setKeyEntry("own", identity.key(), password, identity.chain().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] trust(Collection<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        if (authorities.isEmpty()) {
            return null;
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (TrustManager known : trustOf(null)) {
            for (X509Certificate certificate : ((X509TrustManager) known).getAcceptedIssuers()) {
                store.setCertificateEntry("known-" + number++, certificate);
            }
        }
        for (X509Certificate certificate : authorities) {
            store.setCertificateEntry("more-" + number++, certificate);
        }
        return trustOf(store);
    }

    private static TrustManager[] trustOf(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static boolean belongs(PrivateKey key, PublicKey other) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] sample = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(other);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] read(Path file) throws TlsFileException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TlsFileException("cannot be read; it must name a file in PEM form", e);
        }
    }
}
