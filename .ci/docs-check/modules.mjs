// The packages of package.json, wherever they were installed: outside the tree.
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = process.env.DOCS_CHECK_MODULES;
if (!folder) throw new Error('DOCS_CHECK_MODULES names the folder that holds node_modules');
export const require = createRequire(path.join(path.resolve(folder), 'package.json'));
