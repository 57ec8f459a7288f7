// Notes beside a text: sent without leaving the page, and led to their passages. Every form works without this script.
// Says `notes:changed` when the list was drawn again, and asks `notes:jump` of whoever shows the text.

class Notes {
  constructor (section) {
    this.section = section
    this.said = section.querySelector('[data-said]')
    section.addEventListener('submit', event => this.send(event))
    section.addEventListener('click', event => {
      const asked = event.target.closest('[data-jump]') ?? event.target.closest('[data-quote]')
      if (asked) this.jump(asked.closest('[data-note]'))
    })
    document.addEventListener('notes:show', event => this.show(event.detail))
    document.addEventListener('notes:write', event => this.write(event.detail))
  }

  get panel () { return this.section.querySelector('[data-panel]') }

  jump (note) {
    document.dispatchEvent(new CustomEvent('notes:jump', { detail: { id: note.dataset.note } }))
  }

  // A passage was chosen: the form is opened with it.
  write ({ quote, before }) {
    const fold = this.section.querySelector('[data-new]')
    const form = fold.querySelector('form')
    fold.open = true
    form.elements.quote.value = quote
    form.elements.before.value = before
    form.elements.comment.focus({ preventScroll: true })
    form.scrollIntoView({ block: 'nearest' })
  }

  show (id) {
    const note = document.getElementById(`note-${id}`)
    if (!note) return
    const fold = note.closest('details[data-settled]')
    if (fold) fold.open = true
    note.focus({ preventScroll: true })
    note.scrollIntoView({ block: 'nearest' })
    note.classList.add('is-shown')
    setTimeout(() => note.classList.remove('is-shown'), 1600)
  }

  async send (event) {
    const form = event.target.closest('[data-note-form]')
    if (!form) return
    event.preventDefault()
    if (form.dataset.busy) return
    form.dataset.busy = '1'
    const held = this.held(form)
    try {
      const answer = await fetch(form.getAttribute('action'), {
        method: 'POST', body: new FormData(form), headers: { 'X-Fragment': 'notes' }, credentials: 'same-origin', redirect: 'manual',
      })
      const page = answer.type === 'opaqueredirect' ? null : new DOMParser().parseFromString(await answer.text(), 'text/html')
      const panel = page?.querySelector('[data-panel]')
      if (!panel) return this.trouble(form, this.section.dataset.ended)
      this.panel.replaceWith(document.importNode(panel, true))
      this.restore(held)
      document.dispatchEvent(new CustomEvent('notes:changed'))
      this.settle(answer)
    } catch {
      this.trouble(form, this.section.dataset.offline)
    } finally {
      delete form.dataset.busy
    }
  }

  // Where the reader goes on: at the note that was written, else at the head of the list.
  settle (answer) {
    const id = answer.headers.get('X-Note')
    const note = id && document.getElementById(`note-${id}`)
    const alert = this.panel.querySelector('[role=alert]')
    if (alert) {
      alert.tabIndex = -1
      alert.focus()
      return
    }
    const place = note?.closest('[data-note]')
    const isHidden = place?.closest('details:not([open])')
    const goal = place && !isHidden ? place : this.panel.querySelector('[data-new] > summary')
    goal.focus({ preventScroll: true })
    goal.scrollIntoView({ block: 'nearest' })
    this.said.textContent = this.panel.querySelector('.notes-count').textContent.replace(/\s+/g, ' ').trim()
  }

  // What stands in the other forms, so that it is not lost when the list is drawn again.
  held (sent) {
    const forms = [...this.section.querySelectorAll('[data-note-form]')].filter(form => form !== sent)
    return forms.filter(form => form.elements.comment?.value).map(form => ({
      note: form.elements.note?.value ?? '',
      fields: ['comment', 'quote', 'before'].filter(name => form.elements[name]).map(name => [name, form.elements[name].value]),
    }))
  }

  restore (held) {
    for (const { note, fields } of held) {
      const form = [...this.section.querySelectorAll('[data-note-form]')]
        .find(one => one.elements.comment && (one.elements.note?.value ?? '') === note)
      if (!form) continue
      for (const [name, value] of fields) form.elements[name].value = value
      form.closest('details').open = true
    }
  }

  trouble (form, words) {
    form.querySelector('[role=alert]')?.remove()
    const line = document.createElement('p')
    line.className = 'errornote'
    line.setAttribute('role', 'alert')
    line.textContent = words
    form.prepend(line)
  }
}

for (const section of document.querySelectorAll('[data-notes]')) new Notes(section)
