import java.nio.file.Files;
import java.nio.file.Path;
import java.io.InputStream;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;

/** Opens each keystore as an application does, signs with its key, and verifies with its certificate. */
public class SignWithStore {
    /** Four arguments a keystore: format, file, alias, file with the password. */
    public static void main(String[] args) throws Exception {
        for (int at = 0; at < args.length; at += 4) {
            char[] password = Files.readAllLines(Path.of(args[at + 3])).get(0).toCharArray();
            sign(args[at], args[at + 1], args[at + 2], password);
            System.out.println(args[at + 1] + ": signed and verified");
        }
    }

    private static void sign(String format, String file, String alias, char[] password) throws Exception {
        KeyStore store = KeyStore.getInstance(format);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            store.load(in, password);
        }
        if (store.size() != 1 || !store.isKeyEntry(alias)) {
            throw new IllegalStateException(file + ": not one key entry named " + alias);
        }
        PrivateKey key = (PrivateKey) store.getKey(alias, password);
        Certificate certificate = store.getCertificate(alias);
        certificate.verify(certificate.getPublicKey());
        byte[] message = "urn:certwright:interop".getBytes("UTF-8");
        Signature signature = Signature.getInstance(algorithm(key));
        signature.initSign(key);
        signature.update(message);
        byte[] octets = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(message);
        if (!signature.verify(octets)) {
            throw new IllegalStateException(file + ": the certificate does not verify what its key signed");
        }
    }

    private static String algorithm(PrivateKey key) {
        switch (key.getAlgorithm()) {
            case "RSA": return "SHA256withRSA";
            case "EC": return "SHA256withECDSA";
            default: return "Ed25519";
        }
    }
}
