// Verifies a token with jsonwebtoken, as services in Node.js do: TOKEN_FILE CERTIFICATE OTHER_CERTIFICATE ALGORITHM AUDIENCE.
"use strict";

const { X509Certificate } = require("crypto");
const fs = require("fs");
const jsonwebtoken = require("jsonwebtoken");

const [tokenFile, certificate, other, algorithm, audience] = process.argv.slice(2);
const token = fs.readFileSync(tokenFile, "ascii").trim();
const key = (file) => new X509Certificate(fs.readFileSync(file)).publicKey;
const options = { algorithms: [algorithm], audience: audience || undefined, complete: true };

const { header, payload } = jsonwebtoken.verify(token, key(certificate), options);
if (header.alg !== algorithm || !Number.isInteger(payload.exp)) {
  throw new Error(JSON.stringify({ header, payload }));
}
try {
  jsonwebtoken.verify(token, key(other), options);
} catch (fault) {
  if (fault.message !== "invalid signature") throw fault;
  console.log("verified");
}
