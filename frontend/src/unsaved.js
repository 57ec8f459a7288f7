// Text that is not saved yet: kept on the server for its writer alone, and in this browser while the server is out of
// reach or the session has ended; offered again when the page is opened.
import { offer } from './copies.js'
import { body, debounce, make, remember } from './desk.js'

const PAUSE = 2000
const RETRY = 15000
const KEEPALIVE_LIMIT = 60000 // browsers send at most 64 KB once a page is left

export class Unsaved {
  constructor (desk, fill) {
    this.desk = desk
    this.fill = fill
    this.prefix = `editorial:text:${desk.data.user}:${desk.data.post || 'new'}:`
    this.key = this.prefix + crypto.getRandomValues(new Uint32Array(2)).join('')
    this.line = make('p', { class: 'ed-status' })
    this.base = this.snapshot()
    this.stored = this.base
    this.trouble = null
    this.later = debounce(() => this.store(), PAUSE)
    this.banner = document.querySelector('[data-kept]')
    this.listen()
    desk.form.append(make('input', { type: 'hidden', name: '_copy', value: this.key })) // a save settles it
    for (const key of desk.data.settled) remember(key, null)
    offer(this)
    this.show()
  }

  get isDirty () { return !this.isLeaving && (this.desk.data.dirty || this.snapshot() !== this.base) }

  fields () {
    const found = {}
    for (const [name, value] of new FormData(this.desk.form)) {
      if (typeof value === 'string' && this.desk.data.fields.includes(name)) found[name] = value.replace(/\r\n?/g, '\n')
    }
    return found
  }

  snapshot () { return JSON.stringify(this.fields()) }

  listen () {
    const { form } = this.desk
    form.addEventListener('input', event => { if (!event.target.closest?.('.cm-editor')) this.changed() })
    form.addEventListener('change', () => this.changed())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' ? this.leave() : this.again())
    addEventListener('pagehide', () => this.leave())
    addEventListener('online', () => this.again())
    addEventListener('beforeunload', event => { if (this.isDirty) event.preventDefault() })
    setInterval(() => { if (this.trouble) this.again() }, RETRY)
    this.banner?.querySelector('[name=drop]')?.addEventListener('click', event => this.dropKept(event))
  }

  changed () {
    this.show()
    this.later()
  }

  again () { if (this.trouble && this.isDirty) this.store() }

  // To the server; one at a time, and what was typed meanwhile goes next.
  async store () {
    this.later.cancel()
    if (this.isLeaving || this.isStoring) return
    const text = this.snapshot()
    if (text === this.stored && !this.trouble) return
    if (this.banner) return this.keepHere(text) // the kept text is not written over before somebody has decided
    this.isStoring = true
    try {
      if (text === this.base && !this.desk.data.dirty) await this.send({ drop: '1' })
      else this.at = new Date((await this.send(this.copy(text))).saved_at)
      if (this.trouble) {
        this.desk.refreshTokens()
        this.desk.form.dispatchEvent(new Event('ed:again'))
      }
      this.stored = text
      this.trouble = null
      remember(this.key, null)
    } catch (trouble) {
      if (trouble.name !== 'AbortError') this.fail(trouble, text)
    }
    this.isStoring = false
    if (!this.isLeaving && this.snapshot() !== text) this.later()
    this.show()
  }

  fail (trouble, text) {
    this.trouble = trouble
    this.keepHere(text)
  }

  send (fields, options = {}) {
    this.stopper = new AbortController()
    return this.desk.ask(this.desk.url('buffer'), { body: body({ ...this.about(), ...fields }), signal: this.stopper.signal, ...options })
  }

  about () {
    const { data } = this.desk
    return { post: data.post ?? '', user: data.user }
  }

  copy (text) {
    return { fields: text, version: this.desk.field('version')?.value ?? '0', draft: this.desk.field('_draft')?.value ?? '' }
  }

  keepHere (text) {
    const kept = remember(this.key, JSON.stringify({ ...this.copy(text), at: Date.now() }))
    this.isKept = kept !== null
    this.show()
  }

  // The page is being left, or may be ended while it is hidden: what is not on the server stays here.
  leave () {
    if (!this.isDirty) return
    const text = this.snapshot()
    if (text === this.stored && !this.trouble) return
    this.keepHere(text)
    if (this.banner || this.trouble || text.length * 3 > KEEPALIVE_LIMIT) { if (!this.banner && !this.trouble) this.store(); return }
    this.send(this.copy(text), { keepalive: true }).then(({ saved_at: at }) => {
      this.at = new Date(at)
      this.stored = text
      remember(this.key, null)
      this.show()
    }, () => {})
  }

  // The form is on its way: nothing of this page is stored any more, and a copy waits here should it not arrive.
  submitted () {
    this.keepHere(this.snapshot())
    this.isLeaving = true
    this.later.cancel()
    this.stopper?.abort()
  }

  // The text of this page is not wanted.
  dropped () {
    this.isLeaving = true
    this.later.cancel()
    remember(this.key, null)
  }

  returned () { this.isLeaving = false }

  time (at) {
    const zone = { timeZone: this.desk.data.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
    const sameDay = new Date(at).toDateString() === new Date().toDateString()
    return new Intl.DateTimeFormat(document.documentElement.lang, sameDay ? zone : { ...zone, month: 'numeric', day: 'numeric' }).format(at)
  }

  show () {
    const [words, state] = this.standing()
    if (this.line.dataset.state === state && this.line.firstChild?.data === words) return
    this.line.setAttribute('aria-live', state === 'trouble' ? 'polite' : 'off') // not at every pause
    this.line.dataset.state = state
    this.line.replaceChildren(words)
    if (this.trouble?.kind === 'session') {
      this.line.append(' ', make('a', { href: this.desk.addresses.login, target: '_blank', rel: 'noopener' }, this.desk.words.sign_in))
    }
  }

  standing () {
    const { desk } = this
    if (!this.isDirty) return desk.data.saved_at ? [desk.say('saved', { time: this.time(new Date(desk.data.saved_at)) }), 'saved'] : ['', 'saved']
    if (this.trouble) return [`${this.trouble.message} ${this.isKept ? desk.words.kept_here : desk.words.kept_nowhere}`, 'trouble']
    if (this.banner) return [desk.words.decide_first, 'dirty']
    if (this.stored !== this.base && this.stored === this.snapshot()) return [desk.say('autosaved', { time: this.time(this.at) }), 'autosaved']
    return [desk.words.unsaved, 'dirty']
  }

  // The version goes with the text: a save of it cannot write over what others saved since.
  take (copy) {
    for (const [name, value] of [['version', copy.version], ['_draft', copy.draft]]) {
      if (value && this.desk.field(name)) this.desk.field(name).value = value
    }
    this.fill(copy.fields)
    this.changed()
  }

  async dropKept (event) {
    event.preventDefault()
    try {
      await this.send({ drop: '1' })
      this.banner.remove()
      this.banner = null
      this.changed()
    } catch (trouble) {
      this.fail(trouble, this.snapshot())
    }
  }
}
