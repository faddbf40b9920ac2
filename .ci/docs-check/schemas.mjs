// asyncapi.json before its own parser, and the JSON Schemas before a second,
// strict implementation.
//
// usage: schemas.mjs DOCS
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { require } from './modules.mjs';

const docs = process.argv[2];
const read = (name) => readFileSync(path.join(docs, name), 'utf8');
let failed = false;

const { Parser } = require('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(read('asyncapi.json'));
for (const found of diagnostics) {
  // 0 is an error, 1 a warning; the others are advice on style.
  const bad = found.severity <= 1;
  if (bad) console.error(`asyncapi.json: ${found.code}: ${found.message} at ${found.path.join('/')}`);
  failed ||= bad;
}
if (!document) throw new Error('asyncapi.json is no document');
console.log(`  asyncapi.json: ${document.channels().length} channels, ${document.operations().length} operations`);

const { default: Ajv } = require('ajv/dist/2020.js');
for (const name of ['status.schema.json', 'set.schema.json']) {
  const schema = JSON.parse(read(name));
  // As it is used by those who set nothing: strict.
  const ajv = new Ajv();
  ajv.addSchema(schema, name);
  for (const key of Object.keys(schema.$defs)) ajv.compile({ $ref: `${name}#/$defs/${key}` });
  console.log(`  ${name}: ${Object.keys(schema.$defs).length} definitions`);
}
process.exitCode = failed ? 1 : 0;
