// What the checks say, beside the text: live while typing, a click leads to the place, fixes are looked at first.
// The checks run on the server; the panel is the server's, and each of its buttons works without this script.
import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView } from '@codemirror/view'
import { body, debounce, make } from './desk.js'
import { cancelButton, dialog, okButton } from './dialogs.js'
import { rewrite } from './surface.js'

const PAUSE = 900
const AGAIN = 10000
const LEVELS = ['error', 'warning', 'info']

const found = StateEffect.define()
const shown = StateEffect.define()
const lines = Object.fromEntries(LEVELS.map(level => [level, Decoration.line({ class: `ed-hit ed-hit-${level}` })]))
const here = Decoration.mark({ class: 'ed-hit-here' })

// Lines with findings, the gravest marked; they move with the text until the next check.
const marks = StateField.define({
  create: () => Decoration.none,
  update (value, transaction) {
    value = value.map(transaction.changes)
    for (const effect of transaction.effects) if (effect.is(found)) value = drawn(transaction.state.doc, effect.value)
    return value
  },
  provide: field => EditorView.decorations.from(field),
})

const spot = StateField.define({
  create: () => Decoration.none,
  update (value, transaction) {
    if (transaction.docChanged) value = Decoration.none
    for (const effect of transaction.effects) {
      if (effect.is(shown)) value = effect.value ? Decoration.set(here.range(effect.value.from, effect.value.to)) : Decoration.none
    }
    return value
  },
  provide: field => EditorView.decorations.from(field),
})

export const findingMarks = [marks, spot]

function drawn (doc, places) {
  const levels = new Map()
  for (const { line, level } of places) {
    if (line < 1 || line > doc.lines) continue
    const known = levels.get(line)
    if (!known || LEVELS.indexOf(level) < LEVELS.indexOf(known)) levels.set(line, level)
  }
  return Decoration.set([...levels].sort(([one], [other]) => one - other).map(([line, level]) => lines[level].range(doc.line(line).from)))
}

export class Findings {
  constructor (desk, view) {
    this.desk = desk
    this.view = view
    this.section = desk.form.querySelector('[data-findings]')
    if (!this.section) return
    this.line = this.section.querySelector('[data-checked]')
    this.spoken = make('p', { class: 'ed-spoken', role: 'status' })
    this.section.append(this.spoken)
    this.turn = {}
    this.later = debounce(() => this.check(), PAUSE)
    this.listen()
    this.dress()
    if (desk.data.dirty || 'old' in this.section.dataset) this.later()
  }

  get panel () { return this.section.querySelector('[data-panel-findings]') }
  get isComposing () { return this.composing || this.view?.composing }

  listen () {
    const { form } = this.desk
    form.addEventListener('input', event => { if (this.isOurs(event.target)) this.changed() })
    form.addEventListener('change', event => { if (this.isOurs(event.target)) this.changed() })
    form.addEventListener('ed:filled', () => this.changed(), true)
    form.addEventListener('compositionstart', () => { this.composing = true })
    form.addEventListener('compositionend', () => { this.composing = false; this.changed() })
    form.addEventListener('ed:again', () => this.changed())
    form.addEventListener('submit', event => {
      if (event.submitter?.name !== '_fix') return
      event.preventDefault()
      this.fix(event.submitter)
    })
    this.section.addEventListener('click', event => {
      const button = event.target.closest('[data-jump-to]')
      if (button) this.jump(button.closest('[data-finding]'))
    })
  }

  isOurs (target) { return this.desk.data.fields.includes(target.name) && !target.closest?.('[data-findings]') }

  changed () {
    this.hasUndo = false
    this.isOld = true
    this.later()
  }

  // One at a time, never in the middle of a composition; what was typed meanwhile is checked afterwards.
  async check () {
    if (this.isBusy || this.isComposing || document.visibilityState === 'hidden') return this.later()
    this.isBusy = true
    this.isOld = false
    this.say(this.desk.words.checking)
    this.section.setAttribute('aria-busy', 'true')
    let wait = 0
    try {
      this.take(await this.desk.ask(this.desk.url('check'), { body: this.fields() }))
      this.say(this.desk.words.checked)
    } catch (trouble) {
      if (trouble.status === 429) wait = AGAIN
      this.say(trouble.message, true)
    }
    this.section.removeAttribute('aria-busy')
    this.isBusy = false
    if (wait) setTimeout(() => this.later(), wait)
    else if (this.isOld) this.later()
  }

  fields () {
    const sent = {}
    for (const [name, value] of new FormData(this.desk.form)) {
      if (typeof value === 'string' && (this.desk.data.fields.includes(name) || name === 'version' || name === '_draft')) sent[name] = value
    }
    return body({ ...sent, post: this.desk.data.post ?? '' })
  }

  say (words, isWrong = false) {
    if (this.hasUndo && !isWrong) return
    this.line.textContent = words
    this.line.classList.toggle('is-wrong', isWrong)
  }

  // The new panel in place of the old one: what is open, written and focused stays so.
  take ({ html, counts }) {
    const old = this.panel
    const fresh = document.importNode(new DOMParser().parseFromString(html, 'text/html').querySelector('[data-panel-findings]'), true)
    for (const field of old.querySelectorAll('textarea[name], input[name]')) {
      const same = fresh.querySelector(`[name="${CSS.escape(field.name)}"]`)
      if (same) same.value = field.value
    }
    for (const fold of old.querySelectorAll('details[open][data-key]')) {
      const same = fresh.querySelector(`details[data-key="${CSS.escape(fold.dataset.key)}"]`)
      if (same) same.open = true
    }
    const focused = old.contains(document.activeElement) ? document.activeElement : null
    old.replaceWith(fresh)
    this.dress()
    if (focused) this.refocus(focused)
    this.tell(counts)
  }

  refocus (old) {
    const name = old.name && old.tagName !== 'BUTTON' ? `[name="${CSS.escape(old.name)}"]` : null
    const key = old.dataset.key ?? (old.tagName === 'SUMMARY' ? old.parentElement.dataset.key : null)
    const same = name ? this.panel.querySelector(name) : key ? this.panel.querySelector(`[data-key="${CSS.escape(key)}"]`) : null
    const target = same?.tagName === 'DETAILS' ? same.querySelector('summary') : same
    if (!target) return this.section.querySelector('h2').focus({ preventScroll: true })
    target.focus({ preventScroll: true })
    if (name) try { target.setSelectionRange(old.selectionStart, old.selectionEnd) } catch { /* a field without a caret */ }
  }

  // Only what has changed is spoken.
  tell (counts) {
    const words = this.desk.say('found_counts', counts)
    if (this.told !== undefined && this.told !== words) this.spoken.textContent = words
    this.told = words
  }

  // Words become buttons, places become marks.
  dress () {
    const offset = this.offset
    const places = []
    for (const item of this.panel.querySelectorAll('[data-finding]')) {
      const own = JSON.parse(item.dataset.places)
      for (const [line] of own) places.push({ line: line + offset, level: item.dataset.level })
      const leads = own.length ? this.view : this.desk.field(item.dataset.field)
      item.querySelector('[data-jump-to]').hidden = !leads
    }
    this.view?.dispatch({ effects: found.of(places) })
    const grave = this.panel.querySelectorAll('[data-level="error"], [data-level="warning"]').length
    this.desk.form.dispatchEvent(new CustomEvent('ed:found', { detail: grave }))
  }

  // The server counts from the first line with words.
  get offset () {
    const blank = /^(?:[ \t]*\n)+/.exec(this.view?.state.doc.toString() ?? '')
    return blank ? blank[0].split('\n').length - 1 : 0
  }

  // Again on the same finding: its next place.
  jump (item) {
    const places = JSON.parse(item.dataset.places)
    const { view } = this
    if (!places.length || !view) {
      this.desk.form.dispatchEvent(new Event('ed:text'))
      return this.desk.field(item.dataset.field)?.focus()
    }
    const turn = this.turn[item.dataset.finding] ?? 0
    this.turn[item.dataset.finding] = turn + 1
    const [number, snippet] = places[turn % places.length]
    const { doc } = view.state
    const line = doc.line(Math.min(Math.max(number + this.offset, 1), doc.lines))
    const { from, to } = within(line, snippet)
    this.desk.form.dispatchEvent(new Event('ed:text')) // the view may be one without the text
    view.dispatch({
      selection: { anchor: from, head: to },
      effects: [shown.of(from < to ? { from, to } : null), EditorView.scrollIntoView(from, { y: 'center' })],
    })
    view.focus()
    view.dom.scrollIntoView({ block: 'nearest' })
  }

  async fix (button) {
    const { desk } = this
    this.later.cancel()
    let told
    try {
      const sent = this.fields()
      sent.append('_fix', button.value)
      told = await desk.ask(new URL(button.getAttribute('formaction'), location.href), { body: sent })
    } catch (trouble) {
      return this.say(trouble.message, true)
    }
    const before = JSON.stringify(Object.fromEntries(new FormData(desk.form)))
    const text = new DOMParser().parseFromString(told.html, 'text/html').body
    const room = make('div', { class: 'ed-fix', tabindex: '0', role: 'region', 'aria-label': told.title }, ...document.importNode(text, true).childNodes)
    const hasFields = Object.keys(told.fields).length > 0
    const buttons = hasFields ? [cancelButton(desk), okButton(desk.words.fix_take)] : [cancelButton(desk)]
    const asked = dialog(desk, told.title, [make('p', { class: 'help' }, desk.words.fix_help), room], buttons)
    asked.element.classList.add('ed-dialog-wide')
    asked.form.addEventListener('submit', event => { event.preventDefault(); asked.close(true) })
    const isTaken = await asked.closed
    if (isTaken && before === JSON.stringify(Object.fromEntries(new FormData(desk.form)))) this.put(told.fields)
    else if (isTaken) this.say(desk.words.fix_late, true)
    const same = this.panel.querySelector(`[data-key="${CSS.escape(button.dataset.key)}"]`)
    if (same) same.focus({ preventScroll: true })
    else this.section.querySelector('h2').focus({ preventScroll: true })
  }

  // An edit like any other: it can be undone, and nothing is saved.
  put (fields) {
    const { desk, view } = this
    const undo = {}
    for (const [name, value] of Object.entries(fields)) {
      const field = desk.field(name)
      if (!field) continue
      undo[name] = name === 'body' && view ? view.state.doc.toString() : field.value
      this.write(name, value)
    }
    const back = make('button', { type: 'button', class: 'findings-undo', onclick: () => {
      for (const [name, value] of Object.entries(undo)) this.write(name, value)
      this.say('')
      this.section.querySelector('h2').focus({ preventScroll: true })
    } }, desk.words.undo)
    this.say('')
    this.line.append(desk.words.fix_taken, ' ', back)
    this.spoken.textContent = desk.words.fix_taken
    this.hasUndo = true
    this.later()
  }

  write (name, value) {
    const field = this.desk.field(name)
    if (name === 'body' && this.view) rewrite(this.view, value)
    else {
      field.value = value
      field.dispatchEvent(new Event('ed:filled'))
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
}

// Where the words of a finding stand in their line; the whole line when they are not found as they are.
function within (line, snippet) {
  const words = snippet.replace(/…$/, '').trim()
  const at = words ? line.text.indexOf(words) : -1
  return at < 0 ? { from: line.from, to: line.to } : { from: line.from + at, to: line.from + at + words.length }
}
