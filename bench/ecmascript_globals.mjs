// Prints the lower-case names that JavaScript has without a declaration, one a line, for naming/languages/globals.txt:
// those of every environment that npm's `globals` lists, and those that TypeScript's lib files declare.
//   npm install globals typescript@5 && node bench/ecmascript_globals.mjs > analyzers/stoker_analyzers/naming/languages/globals.txt
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(join(process.cwd(), 'package.json')))
const names = new Set()
for (const environment of Object.values(require('globals'))) Object.keys(environment).forEach((name) => names.add(name))
const lib = dirname(require.resolve('typescript'))
for (const file of readdirSync(lib).filter((name) => /^lib\..*\.d\.ts$/.test(name))) {
  const text = readFileSync(join(lib, file), 'utf8')
  for (const [, name] of text.matchAll(/^declare (?:var|let|const|function) (\w+)/gm)) names.add(name)
}
console.log([...names].filter((name) => /^[a-z]/.test(name)).sort().join('\n'))
