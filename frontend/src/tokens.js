// Several names as tokens over the text field, which goes on holding them as text (posts/admin/forms.py: Names).
import { make } from './desk.js'
import { NameField } from './names.js'

const SEPARATED = /\s*"([^"\n]*)"|([^,、，\n]+)/g
const NEEDS_QUOTES = /[,、，]/
const ENDED = /[^\s,、，][,、，]\s*$/

const split = text => [...text.matchAll(SEPARATED)].map(match => (match[1] ?? match[2]).trim()).filter(Boolean)
const joined = names => names.map(name => NEEDS_QUOTES.test(name) ? `"${name}"` : name).join(', ')
const key = name => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

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
    input.addEventListener('compositionend', () => { if (ENDED.test(input.value)) this.written() })
    this.desk.form.addEventListener('submit', () => this.left()) // what was typed and not ended with Enter counts too
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
    this.state.textContent = this.desk.say('removed', { name })
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
    else if (event.key === 'Backspace' && !this.input.value && this.names.length) this.drop(this.names.at(-1))
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
