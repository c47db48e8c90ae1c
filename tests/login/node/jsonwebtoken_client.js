// Logs in with jsonwebtoken, as the Salesforce CLI does: KEY CLIENT_ID USER AUDIENCE LOGIN_URL CA_FILE.
// Prints the answer, and ends with 1 when it is a refusal. NODE_PATH says where the package is.
"use strict";

const fs = require("node:fs");
const https = require("node:https");
const jwt = require("jsonwebtoken");

const [keyFile, clientId, user, audience, loginUrl, caFile] = process.argv.slice(2);
const claims = { iss: clientId, sub: user, aud: audience, exp: Math.floor(Date.now() / 1000) + 180 };
const form = new URLSearchParams({
  grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
  assertion: jwt.sign(claims, fs.readFileSync(keyFile, "utf8"), { algorithm: "RS256" }),
});
const options = {
  method: "POST",
  ca: fs.readFileSync(caFile),
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
};
const request = https.request(`${loginUrl}/services/oauth2/token`, options, async (answer) => {
  const parts = [];
  for await (const part of answer) parts.push(part);
  console.log(Buffer.concat(parts).toString());
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
});
request.end(form.toString());
