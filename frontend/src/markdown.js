// What the toolbar does to a text in markdown or HTML. Each command is one transaction, so that one undo takes it back.
import { syntaxTree } from '@codemirror/language'
import { EditorSelection } from '@codemirror/state'

export const isHtml = view => view.contentDOM.dataset.format === 'html'

const PAIRS = {
  bold: { markdown: ['**', '**'], html: ['<strong>', '</strong>'], node: 'StrongEmphasis' },
  italic: { markdown: ['*', '*'], html: ['<em>', '</em>'], node: 'Emphasis' },
  code: { markdown: ['`', '`'], html: ['<code>', '</code>'], node: 'InlineCode' },
}

export const bold = view => wrap(view, PAIRS.bold)
export const italic = view => wrap(view, PAIRS.italic)

function wrap (view, pair) {
  const [open, close] = pair[isHtml(view) ? 'html' : 'markdown']
  const { state } = view
  const spec = state.changeByRange(range => {
    const around = enclosing(state, range, pair.node, open, close)
    if (around) return without(around, range, open, close)
    const { from, to } = trimmed(state, range)
    return {
      changes: [{ from, insert: open }, { from: to, insert: close }],
      range: EditorSelection.range(from + open.length, to + open.length),
    }
  })
  return done(view, spec)
}

// The marks that stand around the selection already, by the syntax or just outside or inside of it.
function enclosing (state, range, node, open, close) {
  for (let at = syntaxTree(state).resolveInner(range.from, range.empty ? 0 : 1); at; at = at.parent) {
    if (at.name === node && at.to >= range.to) return { from: at.from, to: at.to }
  }
  const text = (from, to) => state.sliceDoc(Math.max(0, from), to)
  const outside = { from: range.from - open.length, to: range.to + close.length }
  const stands = text(outside.from, range.from) === open && text(range.to, outside.to) === close
  const more = open === '*' && (text(outside.from - 1, outside.from) === '*' || text(outside.to, outside.to + 1) === '*')
  return stands && !more ? outside : null
}

function without (around, range, open, close) {
  const clamp = place => Math.min(Math.max(place - open.length, around.from), around.to - open.length - close.length)
  return {
    changes: [
      { from: around.from, to: around.from + open.length },
      { from: around.to - close.length, to: around.to },
    ],
    range: EditorSelection.range(clamp(range.anchor), clamp(range.head)),
  }
}

// Marks beside a blank are no marks: they go round the words alone.
function trimmed (state, { from, to }) {
  const text = state.sliceDoc(from, to)
  const inner = text.trim()
  if (!inner) return { from, to }
  const start = from + text.indexOf(inner)
  return { from: start, to: start + inner.length }
}

export function code (view) {
  const { from, to, empty } = view.state.selection.main
  const line = view.state.doc.lineAt(from)
  if (to <= line.to && !(empty && !line.text.trim())) return wrap(view, PAIRS.code)
  const inside = view.state.sliceDoc(from, to)
  const [open, close] = isHtml(view) ? ['<pre><code>', '</code></pre>'] : ['```\n', '\n```']
  return block(view, open + inside + close, open.length, inside.length)
}

const levels = /^(#{1,6})\s+/

// No heading, ##, ###, ####, no heading: the article's own title is the first level.
export function heading (view) {
  if (isHtml(view)) return around(view, '<h2>', '</h2>')
  return eachLine(view, lines => {
    const level = lines[0].text.match(levels)?.[1].length ?? 1
    const prefix = level < 4 ? `${'#'.repeat(level + 1)} ` : ''
    return line => [line.text.match(levels)?.[0].length ?? 0, prefix]
  })
}

export const quote = view => isHtml(view) ? around(view, '<blockquote>\n<p>', '</p>\n</blockquote>') : toggle(view, /^>\s?/, () => '> ')
export const bullets = view => isHtml(view) ? items(view, 'ul') : toggle(view, /^\s*[-*+]\s+(?:\[[ x]\]\s+)?/, () => '- ', /^\s*\d+[.)]\s+/)
export const numbers = view => isHtml(view) ? items(view, 'ol') : toggle(view, /^\s*\d+[.)]\s+/, number => `${number}. `, /^\s*[-*+]\s+/)

// All lines have the mark: they lose it. Else each gets it, in place of `other`.
function toggle (view, mark, prefix, other) {
  return eachLine(view, lines => {
    const full = lines.filter(line => line.text.trim())
    const all = full.length > 0 && full.every(line => mark.test(line.text))
    let number = 0
    return line => {
      if (!line.text.trim() && lines.length > 1) return null
      const old = line.text.match(mark) ?? (other && line.text.match(other))
      return [old ? old[0].length : 0, all ? '' : prefix(++number)]
    }
  })
}

function eachLine (view, plan) {
  const { state } = view
  const { from, to } = state.selection.main
  const lines = []
  for (let place = from; ;) {
    const line = state.doc.lineAt(place)
    lines.push(line)
    if (line.to >= to) break
    place = line.to + 1
  }
  const change = plan(lines)
  const changes = []
  for (const line of lines) {
    const asked = change(line)
    if (asked && state.sliceDoc(line.from, line.from + asked[0]) !== asked[1]) {
      changes.push({ from: line.from, to: line.from + asked[0], insert: asked[1] })
    }
  }
  const set = state.changes(changes)
  const selection = EditorSelection.range(set.mapPos(state.selection.main.anchor, 1), set.mapPos(state.selection.main.head, 1))
  return done(view, { changes: set, selection })
}

function around (view, open, close) {
  const { from, to } = view.state.selection.main
  return done(view, {
    changes: [{ from, insert: open }, { from: to, insert: close }],
    selection: { anchor: from + open.length, head: to + open.length },
  })
}

function items (view, name) {
  const { from, to } = view.state.selection.main
  const lines = view.state.sliceDoc(from, to).split('\n').map(line => `<li>${line.trim()}</li>`).join('\n')
  return block(view, `<${name}>\n${lines}\n</${name}>`, name.length + 7, lines.length - 9)
}

export function table (view, words) {
  const [first, second] = [words.column1, words.column2]
  const text = isHtml(view)
    ? `<table>\n<thead><tr><th>${first}</th><th>${second}</th></tr></thead>\n<tbody><tr><td></td><td></td></tr></tbody>\n</table>`
    : `| ${first} | ${second} |\n| --- | --- |\n|  |  |\n|  |  |`
  return block(view, text, text.indexOf(first), first.length)
}

// A block of its own, with an empty line before and after, in place of the selection or at the place given.
export function block (view, text, start = text.length, length = 0, place) {
  const { doc, selection } = view.state
  const { from, to } = place == null ? selection.main : { from: place, to: place }
  const before = doc.sliceString(Math.max(0, from - 2), from)
  const after = doc.sliceString(to, Math.min(doc.length, to + 2))
  const lead = from === 0 || before === '\n\n' ? '' : before.endsWith('\n') ? (from === 1 ? '' : '\n') : '\n\n'
  const tail = to === doc.length ? '\n' : after.startsWith('\n\n') ? '' : after.startsWith('\n') ? '\n' : '\n\n'
  const anchor = from + lead.length + start
  return done(view, { changes: { from, to, insert: lead + text + tail }, selection: { anchor, head: anchor + length } })
}

export function insert (view, text, place) {
  const { from, to } = place ?? view.state.selection.main
  return done(view, { changes: { from, to, insert: text }, selection: { anchor: from + text.length } })
}

function done (view, spec) {
  view.dispatch(spec, { scrollIntoView: true, userEvent: 'input' })
  view.focus()
  return true
}

const escaped = text => text.replace(/\s+/g, ' ').trim().replace(/([\\[\]])/g, '\\$1')
const attribute = text => text.replace(/\s+/g, ' ').trim().replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)
// An address with blanks or brackets stands in < >.
const target = address => /[\s()<>]/.test(address) ? `<${address.replace(/[<>\s]/g, encodeURIComponent)}>` : address

export const imageText = (view, alt, address) => isHtml(view)
  ? `<img src="${attribute(address)}" alt="${attribute(alt)}">`
  : `![${escaped(alt)}](${target(address)})`

export const linkText = (view, words, address) => isHtml(view)
  ? `<a href="${attribute(address)}">${attribute(words)}</a>`
  : `[${escaped(words)}](${target(address)})`

// Which buttons are pressed at the cursor.
const PRESSED = {
  StrongEmphasis: 'bold', Emphasis: 'italic', InlineCode: 'code', FencedCode: 'code', Link: 'link', Image: 'image',
  Blockquote: 'quote', BulletList: 'bullets', OrderedList: 'numbers', Table: 'table',
}

export function standing (state) {
  const found = new Set()
  for (let at = syntaxTree(state).resolveInner(state.selection.main.head, -1); at; at = at.parent) {
    if (PRESSED[at.name]) found.add(PRESSED[at.name])
    if (/^(ATX|Setext)Heading/.test(at.name)) found.add('heading')
  }
  return found
}
