// Characters against the house's targets: counted when an input method is done, said in words and not by colour alone.
import { syntaxTree } from '@codemirror/language'
import { debounce, make } from './desk.js'

const MARKS = /Mark$|^(URL|LinkTitle|TableDelimiter|CodeInfo|LinkLabel|HorizontalRule)$/
const BLANKS = /\s+/g

// What a reader would count: characters outside the basic plane are one, blanks are none.
export const characters = text => [...text.replace(BLANKS, '')].length

export class Counters {
  constructor (desk) {
    this.desk = desk
    this.spoken = make('p', { class: 'ed-spoken', 'aria-live': 'polite' })
    this.number = new Intl.NumberFormat(document.documentElement.lang)
    for (const [name, target] of Object.entries(desk.data.targets)) this.watch(name, target)
    desk.form.append(this.spoken)
  }

  watch (name, target) {
    const field = this.desk.field(name)
    if (!field || name === 'body') return
    const line = make('p', { class: 'ed-count', id: `ed-count-${name}` })
    const state = { heard: '' }
    const count = () => this.show(line, field.value, target)
    const say = debounce(() => this.say(field, line, state), 1200)
    field.after(line)
    field.setAttribute('aria-describedby', [field.getAttribute('aria-describedby'), line.id].filter(Boolean).join(' '))
    field.addEventListener('input', event => { if (!event.isComposing) { count(); say() } })
    field.addEventListener('compositionend', () => { count(); say() })
    field.addEventListener('ed:filled', count)
    count()
  }

  show (line, value, target) {
    const size = [...value.trim()].length
    const judged = target.max || target.min ? judge(size, target) : ''
    line.dataset.judged = judged
    line.textContent = this.words(size, target) + (judged === 'long' || judged === 'short' ? ` ${this.desk.words[judged]}` : '')
  }

  words (size, { min, max, limit }) {
    const { desk, number } = this
    const count = desk.say(size === 1 ? 'count_one' : 'count', { count: number.format(size) })
    if (min) return desk.say('count_range', { count, min, max })
    if (max) return desk.say('count_aim', { count, max })
    return limit ? desk.say('count_limit', { count, limit: number.format(limit) }) : count
  }

  // Only when the judgement changes, and only about the field at hand.
  say (field, line, state) {
    if (document.activeElement !== field || state.heard === line.dataset.judged) return
    state.heard = line.dataset.judged
    this.spoken.textContent = line.textContent
  }

  attach (view) {
    this.view = view
    this.line = make('p', { class: 'ed-count ed-count-body', id: 'ed-count-body' })
    this.later = debounce(() => this.body(), 300)
    this.body()
    return this.line
  }

  minutes (minutes) {
    this.desk.data.minutes = minutes
    this.body()
  }

  // CodeMirror tells of every change; while an input method is at work the number stands still.
  update (update) {
    if ((update.docChanged || update.selectionSet) && !update.view.composing) this.later()
  }

  body () {
    const { desk, view, number } = this
    if (view.composing) return this.later()
    const { main } = view.state.selection
    const size = readable(view.state)
    const parts = [desk.say(size === 1 ? 'count_one' : 'count', { count: number.format(size) })]
    if (desk.data.minutes) parts.push(desk.say('minutes', { minutes: desk.data.minutes }))
    if (!main.empty) parts.push(desk.say('selected', { count: number.format(characters(view.state.sliceDoc(main.from, main.to))) }))
    if (view.state.doc.length > desk.data.body_limit) parts.push(desk.words.body_too_long)
    this.line.textContent = parts.join(' · ')
    this.line.dataset.judged = view.state.doc.length > desk.data.body_limit ? 'long' : ''
  }
}

const judge = (size, { min = 0, max }) => size > max ? 'long' : size < min ? (size ? 'short' : '') : size ? 'good' : ''

// The text without its marks, addresses and blanks: what readers read.
function readable (state) {
  const text = state.doc.toString()
  let marks = 0
  let until = 0
  syntaxTree(state).iterate({
    enter (node) {
      if (!MARKS.test(node.name) || node.from < until) return
      marks += characters(text.slice(node.from, node.to))
      until = node.to
    },
  })
  return characters(text) - marks
}
