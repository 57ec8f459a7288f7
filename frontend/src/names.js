// A name that completes itself (WAI-ARIA combobox with a list): section, author. The text field stays the field.
import { debounce, isComposing, make } from './desk.js'

export class NameField {
  constructor (desk, field, kind) {
    this.desk = desk
    this.field = field
    this.kind = kind
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
