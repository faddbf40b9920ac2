// The declarations before tsc, with the files that use them, if any.
//
// usage: typescript.mjs DOCS SCRATCH USAGE...
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { require } from './modules.mjs';

const [docs, scratch, ...usage] = process.argv.slice(2);
mkdirSync(path.join(scratch, 'docs'), { recursive: true });
copyFileSync(path.join(docs, 'api.d.ts'), path.join(scratch, 'docs/api.d.ts'));
const used = usage.map((file) => path.basename(file));
usage.forEach((file, index) => copyFileSync(file, path.join(scratch, used[index])));
const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: false,
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2022', 'dom'],
  types: [],
  paths: { 'docs/*': ['./docs/*'] },
};
writeFileSync(path.join(scratch, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['docs/api.d.ts', ...used] }));
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '--project', scratch], { stdio: 'inherit' });
if (status === 0) console.log(`  ${['api.d.ts', ...used].join(', ')}`);
process.exitCode = status ?? 1;
