// The toolbar: one tab stop, arrows inside (WAI-ARIA toolbar pattern); pressed buttons follow the cursor.
import { redo, redoDepth, undo, undoDepth } from '@codemirror/commands'
import { make } from './desk.js'
import * as markdown from './markdown.js'

const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform)

// name, key (CodeMirror's spelling), drawing (24 × 24, strokes), kind
const BUTTONS = [
  ['heading', 'Mod-Alt-2', 'M6 4v16M18 4v16M6 12h12'],
  ['bold', 'Mod-b', 'M7 4h6a4 4 0 0 1 0 8H7zM7 12h7a4 4 0 0 1 0 8H7z'],
  ['italic', 'Mod-i', 'M10 4h8M6 20h8M14 4l-4 16'],
  ['link', 'Mod-k', 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1.5-1.5'],
  null,
  ['quote', 'Mod-Shift-9', 'M5 17c3-1 4-3 4-6V6H4v6h4M15 17c3-1 4-3 4-6V6h-5v6h4'],
  ['bullets', 'Mod-Shift-8', 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01'],
  ['numbers', 'Mod-Shift-7', 'M10 6h10M10 12h10M10 18h10M4 4l1-.5V9M3.5 14.5a1.3 1.3 0 0 1 2.5.7c0 1-2.5 2.3-2.5 3.8h2.7'],
  null,
  ['image', '', 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01'],
  ['table', '', 'M4 5h16v14H4zM4 10h16M4 14.5h16M12 5v14'],
  ['code', 'Mod-e', 'M8 7l-5 5 5 5M16 7l5 5-5 5M14 4l-4 16'],
  null,
  ['undo', 'Mod-z', 'M4 9h10a5 5 0 0 1 0 10h-4M8 5L4 9l4 4'],
  ['redo', isMac ? 'Mod-Shift-z' : 'Mod-y', 'M20 9H10a5 5 0 0 0 0 10h4M16 5l4 4-4 4'],
]
const TOGGLES = ['heading', 'bold', 'italic', 'quote', 'bullets', 'numbers', 'code']

const commands = (desk, acts) => ({
  heading: markdown.heading,
  bold: markdown.bold,
  italic: markdown.italic,
  quote: markdown.quote,
  bullets: markdown.bullets,
  numbers: markdown.numbers,
  code: markdown.code,
  table: view => markdown.table(view, desk.words),
  link: acts.link,
  image: acts.image,
  undo,
  redo,
})

export const keys = (desk, acts) => {
  const run = commands(desk, acts)
  return BUTTONS.filter(button => button?.[1] && !['undo', 'redo'].includes(button[0])).map(([name, key]) => ({
    key, run: view => (run[name](view), true), preventDefault: true,
  }))
}

export class Toolbar {
  constructor (desk, acts) {
    this.desk = desk
    this.run = commands(desk, acts)
    this.buttons = {}
    this.element = make('div', { role: 'toolbar', class: 'ed-toolbar', 'aria-label': desk.words.toolbar, onkeydown: event => this.move(event) })
    for (const button of BUTTONS) this.element.append(button ? this.button(...button) : make('span', { class: 'ed-gap' }))
    this.stops = Object.values(this.buttons)
    this.stop(this.stops[0])
  }

  attach (view) {
    this.view = view
    view.contentDOM.id ||= 'ed-text'
    this.element.setAttribute('aria-controls', view.contentDOM.id)
    this.follow(view.state)
  }

  button (name, key, drawing) {
    const label = this.desk.words[name]
    const button = make('button', {
      type: 'button', 'aria-label': label, title: key ? `${label} (${spelt(key)})` : label, tabindex: '-1', 'data-act': name,
      onclick: () => { this.stop(button); this.run[name](this.view) },
      onmousedown: event => event.preventDefault(), // the selection stays where it is
    })
    if (key) button.setAttribute('aria-keyshortcuts', key.replace('Mod', isMac ? 'Meta' : 'Control').replace(/-/g, '+'))
    if (TOGGLES.includes(name)) button.setAttribute('aria-pressed', 'false')
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    svg.setAttribute('viewBox', '0 0 24 24')
    svg.setAttribute('aria-hidden', 'true')
    path.setAttribute('d', drawing)
    svg.append(path)
    button.append(svg)
    return (this.buttons[name] = button)
  }

  follow (state) {
    const pressed = markdown.standing(state)
    for (const name of TOGGLES) this.buttons[name].setAttribute('aria-pressed', String(pressed.has(name)))
    this.buttons.undo.setAttribute('aria-disabled', String(!undoDepth(state)))
    this.buttons.redo.setAttribute('aria-disabled', String(!redoDepth(state)))
  }

  stop (button) {
    for (const other of this.stops ?? []) other.tabIndex = other === button ? 0 : -1
  }

  move (event) {
    const at = this.stops.indexOf(document.activeElement)
    const last = this.stops.length - 1
    const next = { ArrowRight: at < last ? at + 1 : 0, ArrowLeft: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key]
    if (event.key === 'Escape') this.view.focus()
    if (next === undefined) return
    event.preventDefault()
    this.stop(this.stops[next])
    this.stops[next].focus()
  }
}

const spelt = key => isMac
  ? key.replace('Mod-', '⌘').replace('Alt-', '⌥').replace('Shift-', '⇧').toUpperCase()
  : key.replace('Mod', 'Ctrl').replace(/-(.)$/, (_all, letter) => `+${letter.toUpperCase()}`).replace(/-/g, '+')
