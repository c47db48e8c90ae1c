// Signs with private.jwk, and verifies with public.jwk and with the key and certificate of set.jwks.
const crypto = require("crypto");
const fs = require("fs");

const read = (name) => JSON.parse(fs.readFileSync(name, "utf8"));
const secret = crypto.createPrivateKey({ key: read("private.jwk"), format: "jwk" });
const inSet = read("set.jwks").keys[0];
const certificate = new crypto.X509Certificate(Buffer.from(inSet.x5c[0], "base64"));
const digest = crypto.createHash("sha256").update(certificate.raw).digest("base64url");
if (digest !== inSet["x5t#S256"]) throw new Error("x5t#S256");
const message = Buffer.from("message");
const hash = secret.asymmetricKeyType === "ed25519" ? null : "sha256";
const signature = crypto.sign(hash, message, secret);
for (const jwk of [read("public.jwk"), inSet]) {
  const key = crypto.createPublicKey({ key: jwk, format: "jwk" });
  if (!crypto.verify(hash, message, key, signature)) throw new Error("signature");
}
if (!crypto.verify(hash, message, certificate.publicKey, signature)) throw new Error("certificate");
console.log("read");
