// Reads one set as a Node service does, and verifies a token with the certificate: STEM ALG TOKEN.
"use strict";

const assert = require("node:assert");
const crypto = require("node:crypto");
const fs = require("node:fs");
const tls = require("node:tls");

const [stem, alg, token] = process.argv.slice(2);
const read = (extension) => fs.readFileSync(`${stem}.${extension}`);
const passphrase = read("pass").toString().split("\n")[0];

const certificate = new crypto.X509Certificate(read("crt"));
const key = crypto.createPrivateKey({ key: read("key"), passphrase });
assert(certificate.checkPrivateKey(key) && certificate.verify(certificate.publicKey));
for (const extension of ["p12", "old.p12"]) {
  tls.createSecureContext({ pfx: read(extension), passphrase });
  assert.throws(() => tls.createSecureContext({ pfx: read(extension), passphrase: "not the password" }));
}

const [header, claims, signature] = token.split(".");
assert.strictEqual(JSON.parse(Buffer.from(header, "base64url")).alg, alg);
const digest = { RS: "sha256", ES: `sha${alg.slice(2)}`, Ed: null }[alg.slice(0, 2)];
const publicKey = { key: certificate.publicKey, dsaEncoding: "ieee-p1363" };
const verified = (text) => crypto.verify(digest, text, publicKey, Buffer.from(signature, "base64url"));
assert(verified(Buffer.from(`${header}.${claims}`)) && !verified(Buffer.from(`${header}.${claims}x`)));
console.log("read");
