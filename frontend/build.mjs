// Bundles src/ into ../static/js/editor.js and writes the licences of what is inside. Run by `make bundle`.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const out = join(here, '..', 'static', 'js')

// posts/tests/test_bundle.py works this out in the same way: a bundle of other sources fails the tests.
function sourceHash () {
  const names = ['build.mjs', 'package-lock.json', 'package.json']
  for (const name of readdirSync(join(here, 'src'))) names.push(`src/${name}`)
  const hash = createHash('sha256')
  for (const name of names.sort()) hash.update(`${name}\n`).update(readFileSync(join(here, name))).update('\n')
  return hash.digest('hex')
}

function packages (inputs) {
  const found = new Set()
  for (const path of Object.keys(inputs)) {
    const match = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)
    if (match) found.add(match[1])
  }
  return [...found].sort()
}

function licence (name) {
  const folder = join(here, 'node_modules', name)
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(entry => /^(licen[cs]e|copying)/i.test(entry))
  if (!file) throw new Error(`${name} comes without a licence text`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

const made = await build({
  absWorkingDir: here,
  entryPoints: ['src/main.js'],
  outfile: join(out, 'editor.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020'],
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  banner: { js: `/* The editor of the desk. Sources: frontend/ (sha256:${sourceHash()}). Licences: editor.LICENSES.txt */` },
})
const rule = `\n${'-'.repeat(80)}\n\n`
const names = packages(made.metafile.inputs)
writeFileSync(
  join(out, 'editor.LICENSES.txt'),
  `editor.js holds these packages. Their licences follow.\n\n${names.join('\n')}\n${rule}${names.map(licence).join(rule)}`,
)
const [[path, { bytes }]] = Object.entries(made.metafile.outputs)
console.log(`${relative(process.cwd(), join(here, path))}: ${Math.round(bytes / 1024)} KB, ${names.length} packages`)
