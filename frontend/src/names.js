// Names that complete themselves (WAI-ARIA combobox with a list): section, people, tags. The text field stays the field.
import { debounce, isComposing, make } from './desk.js'

const SEPARATED = /\s*"([^"\n]*)"|([^,、，\n]+)/g
const NEEDS_QUOTES = /[,、，]/

export const split = text => [...text.matchAll(SEPARATED)].map(match => (match[1] ?? match[2]).trim()).filter(Boolean)
export const joined = names => names.map(name => NEEDS_QUOTES.test(name) ? `"${name}"` : name).join(', ')
const key = name => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

// A field with one name.
export class NameField {
  constructor (desk, field, kind) {
    this.desk = desk
    this.field = field
    this.kind = kind
    this.isMany = false
    this.build(field)
  }

  build (input) {
    const id = `ed-names-${this.field.name}`
    this.input = input
    this.list = make('ul', { id, role: 'listbox', class: 'ed-options', hidden: true, 'aria-label': this.label() })
    this.state = make('p', { class: 'ed-name-state', role: 'status', id: `${id}-state` })
    const room = make('div', { class: 'ed-combo' })
    input.before(room)
    room.append(input, this.list)
    ;(input.closest('.ed-token-room') ?? room).after(this.state)
    const given = { role: 'combobox', autocomplete: 'off', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id }
    for (const [name, value] of Object.entries(given)) input.setAttribute(name, value)
    input.setAttribute('aria-describedby', [input.getAttribute('aria-describedby'), this.state.id].filter(Boolean).join(' '))
    const later = debounce(() => this.find(), 200)
    input.addEventListener('input', event => { if (!event.isComposing) later() })
    input.addEventListener('compositionend', later)
    input.addEventListener('keydown', event => this.pressed(event))
    input.addEventListener('focus', () => { if (this.isMany || !input.value) later() })
    input.addEventListener('blur', () => { later.cancel(); this.close(); this.left() })
  }

  label () {
    return document.querySelector(`label[for="${this.field.id}"]`)?.textContent.trim() ?? this.field.name
  }

  async find () {
    const asked = this.input.value.trim()
    this.request?.abort()
    this.request = new AbortController()
    try {
      const told = await this.desk.ask(this.desk.url('names', { kind: this.kind, q: asked }), { method: 'GET', signal: this.request.signal })
      if (document.activeElement !== this.input || this.input.value.trim() !== asked) return
      this.open(told.names.filter(item => !this.has(item.name)), asked, told.exact)
    } catch (trouble) {
      if (trouble.name !== 'AbortError') { this.close(); this.state.textContent = trouble.message }
    }
  }

  has () { return false }

  open (names, asked, exact) {
    const rows = names.map(item => this.row(item.name, this.about(item)))
    if (asked && !exact && !this.has(asked)) rows.push(this.row(asked, this.desk.words.name_new, true))
    rows.forEach((row, at) => { row.id = `${this.list.id}-${at}` })
    this.list.replaceChildren(...rows)
    this.list.hidden = !rows.length
    if (rows.length) this.list.scrollIntoView({ block: 'nearest' })
    this.input.setAttribute('aria-expanded', String(rows.length > 0))
    this.input.removeAttribute('aria-activedescendant')
    this.state.textContent = this.told(asked, exact)
  }

  told (asked, exact) {
    if (!asked) return ''
    if (!exact) return this.desk.say('will_be_made', { name: asked })
    return exact === asked ? this.desk.say('exists', { name: exact }) : this.desk.say('is_written', { name: exact })
  }

  about (item) {
    const alias = item.alias ? this.desk.say('also_called', { name: item.alias }) : ''
    return [alias, this.desk.say('used', { count: item.count })].filter(Boolean).join(' · ')
  }

  row (name, about, isNew = false) {
    return make('li', {
      role: 'option', 'aria-selected': 'false', 'data-name': name, class: isNew ? 'is-new' : '',
      onmousedown: event => event.preventDefault(), onclick: () => this.take(name),
    }, make('span', {}, name), make('span', { class: 'quiet' }, about))
  }

  close () {
    this.list.hidden = true
    this.list.replaceChildren()
    this.input.setAttribute('aria-expanded', 'false')
    this.input.removeAttribute('aria-activedescendant')
  }

  get at () { return [...this.list.children].findIndex(row => row.getAttribute('aria-selected') === 'true') }

  select (next) {
    const rows = [...this.list.children]
    rows.forEach((row, at) => row.setAttribute('aria-selected', String(at === next)))
    if (!rows[next]) return
    this.input.setAttribute('aria-activedescendant', rows[next].id)
    rows[next].scrollIntoView({ block: 'nearest' })
  }

  pressed (event) {
    if (isComposing(event)) return
    const rows = this.list.children.length
    if (event.key === 'ArrowDown' && !rows) { event.preventDefault(); this.find() }
    else if (event.key === 'ArrowDown') { event.preventDefault(); this.select((this.at + 1) % rows) }
    else if (event.key === 'ArrowUp' && rows) { event.preventDefault(); this.select((this.at <= 0 ? rows : this.at) - 1) }
    else if (event.key === 'Escape' && rows) { event.preventDefault(); this.close() }
    else if (event.key === 'Enter') { event.preventDefault(); this.entered() } // it never saves the article
    else this.other(event)
  }

  entered () {
    if (this.at >= 0) this.list.children[this.at].click()
    else this.close()
  }

  other () {}
  left () {}

  take (name) {
    this.input.value = name
    this.close()
    this.input.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

// Several names as tokens over the text field, which goes on holding them as text.
export class NamesField extends NameField {
  build (field) {
    this.isMany = true
    this.tokens = make('ul', { class: 'ed-tokens' })
    const input = make('input', { type: 'text', id: `${field.id}-next`, enterkeyhint: 'enter' })
    field.hidden = true
    const room = make('div', { class: 'ed-token-room', onclick: event => { if (event.target === room) input.focus() } }, this.tokens, input)
    field.after(room)
    const label = document.querySelector(`label[for="${field.id}"]`)
    super.build(input)
    if (label) label.htmlFor = input.id
    field.addEventListener('ed:filled', () => this.draw())
    this.draw()
  }

  get names () { return split(this.field.value) }

  set names (names) {
    this.field.value = joined(names)
    this.draw()
    this.field.dispatchEvent(new Event('input', { bubbles: true }))
  }

  has (name) { return this.names.some(other => key(other) === key(name)) }

  draw () {
    this.tokens.replaceChildren(...this.names.map(name => make('li', {}, make('span', {}, name),
      make('button', { type: 'button', 'aria-label': this.desk.say('remove', { name }), onclick: () => this.drop(name) }, '×'))))
  }

  drop (name) {
    this.names = this.names.filter(other => other !== name)
    this.input.focus()
  }

  take (name) {
    if (!this.has(name)) this.names = [...this.names, name]
    this.input.value = ''
    this.close()
    this.state.textContent = ''
  }

  entered () {
    if (this.at >= 0) this.list.children[this.at].click()
    else this.written()
  }

  other (event) {
    if ([',', '、', '，'].includes(event.key) && this.input.value.trim()) { event.preventDefault(); this.written() }
    else if (event.key === 'Backspace' && !this.input.value && this.names.length) { this.names = this.names.slice(0, -1) }
  }

  // What stands in the field becomes tokens; a name that exists is spelt as it is known.
  async written () {
    const wanted = split(this.input.value)
    this.input.value = ''
    this.close()
    this.state.textContent = ''
    const fresh = wanted.filter((name, at) => !this.has(name) && wanted.findIndex(other => key(other) === key(name)) === at)
    if (fresh.length) this.names = [...this.names, ...fresh]
    for (const name of fresh) await this.spell(name)
  }

  async spell (name) {
    try {
      const { exact } = await this.desk.ask(this.desk.url('names', { kind: this.kind, q: name }), { method: 'GET' })
      if (exact && exact !== name) {
        const others = this.names.filter(other => other !== name)
        this.names = others.some(other => key(other) === key(exact)) ? others : this.names.map(other => other === name ? exact : other)
        this.state.textContent = this.desk.say('is_written', { name: exact })
      } else if (!exact) this.state.textContent = this.desk.say('will_be_made', { name })
    } catch { /* the save matches the names again */ }
  }

  left () { if (this.input.value.trim()) this.written() }
}
