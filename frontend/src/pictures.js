// Images come in by paste, drop or choice: uploaded at once, alternative text asked for meanwhile, then written.
import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView, WidgetType } from '@codemirror/view'
import { body, make } from './desk.js'
import { cancelButton, dialog, okButton } from './dialogs.js'
import { block, imageText, insert, linkText } from './markdown.js'

const begin = StateEffect.define({ map: (value, change) => ({ ...value, at: change.mapPos(value.at, 1) }) })
const end = StateEffect.define()

// The place of an upload is shown by a widget: it is no part of the text, so no save can hold it.
class Waiting extends WidgetType {
  constructor (key, words) { super(); this.key = key; this.words = words }
  eq (other) { return other.key === this.key }
  toDOM () { return make('span', { class: 'ed-uploading', role: 'status' }, this.words) }
}

const waiting = StateField.define({
  create: () => Decoration.none,
  update (set, transaction) {
    set = set.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(begin)) set = set.update({ add: [Decoration.widget({ widget: new Waiting(effect.value.key, effect.value.words), side: 1 }).range(effect.value.at)] })
      if (effect.is(end)) set = set.update({ filter: (_from, _to, value) => value.spec.widget.key !== effect.value })
    }
    return set
  },
  provide: field => EditorView.decorations.from(field),
})

const images = transfer => [...(transfer?.files ?? [])].filter(file => file.type.startsWith('image/'))

export class Pictures {
  constructor (desk, tell) {
    this.desk = desk
    this.tell = tell
    this.count = 0
    this.queue = Promise.resolve()
    this.chooser = make('input', { type: 'file', accept: desk.data.accept, multiple: true, hidden: true, onchange: () => this.chosen() })
    this.extension = [waiting, EditorView.domEventHandlers({
      paste: (event, view) => this.arrive(event, view, event.clipboardData, view.state.selection.main.head),
      drop: (event, view) => this.arrive(event, view, event.dataTransfer, view.posAtCoords({ x: event.clientX, y: event.clientY })),
    })]
  }

  choose (view) {
    this.view = view
    this.chooser.value = ''
    this.chooser.click()
  }

  chosen () {
    this.take(this.view, [...this.chooser.files], this.view.state.selection.main.to)
  }

  // Text beside a picture (a cell of a spreadsheet) is pasted as text; an address over selected words is their link.
  arrive (event, view, transfer, place) {
    const files = images(transfer)
    if (event.type === 'paste' && !files.length && linked(view, transfer.getData('text/plain').trim())) {
      event.preventDefault()
      return true
    }
    if (!files.length || (event.type === 'paste' && transfer.types.includes('text/plain'))) return false
    event.preventDefault()
    this.take(view, files, place ?? view.state.selection.main.to)
    return true
  }

  take (view, files, place) {
    if (!this.desk.addresses.upload) return this.tell(this.desk.words.no_upload, true)
    for (const file of files) {
      const key = ++this.count
      const words = this.desk.say('uploading', { name: file.name || this.desk.words.image })
      view.dispatch({ effects: begin.of({ key, words, at: place }) })
      const upload = this.upload(file)
      upload.catch(() => {}) // told when its turn comes
      this.queue = this.queue.then(() => this.finish(view, key, file, upload))
    }
  }

  async upload (file) {
    if (file.size > this.desk.data.max_bytes) throw new Error(this.desk.words.too_large)
    return await this.desk.ask(this.desk.url('upload'), { body: body({ upload: file }) })
  }

  async finish (view, key, file, upload) {
    try {
      const alt = await this.askAlt(file, upload)
      if (alt === null) return
      const image = await upload
      const place = placeOf(view.state, key)
      view.dispatch({ effects: end.of(key) })
      block(view, imageText(view, alt, image.address), undefined, undefined, place)
      if (alt && !image.alt) this.tell(this.desk.words.image_added)
    } catch (trouble) {
      this.tell(trouble.message, true)
    } finally {
      view.dispatch({ effects: end.of(key) })
    }
  }

  // The words, "" for a decorative picture, null when the picture is not wanted after all.
  async askAlt (file, upload) {
    const { words } = this.desk
    const picture = make('img', { class: 'ed-thumb', alt: '' })
    const text = make('textarea', { id: 'ed-alt', rows: '3', maxlength: '1000', 'aria-describedby': 'ed-alt-help', required: true })
    const decorative = make('input', { type: 'checkbox', id: 'ed-decorative', onchange: () => { text.disabled = text.required = false; text.disabled = decorative.checked; text.required = !decorative.checked } })
    const state = make('p', { class: 'ed-state', role: 'status' }, words.uploading_short)
    const ok = okButton(words.insert)
    const { form, close, closed } = dialog(this.desk, words.alt_title, [
      picture, state,
      make('label', { for: 'ed-alt' }, words.alt_label), text,
      make('p', { class: 'help', id: 'ed-alt-help' }, words.alt_help),
      make('label', { class: 'ed-check' }, decorative, ` ${words.decorative}`),
    ], [ok, cancelButton(this.desk)])
    form.addEventListener('submit', event => { event.preventDefault(); close(decorative.checked ? '' : text.value.trim()) })
    upload.then(image => {
      picture.src = image.address // data: and blob: addresses are not in the policy
      state.textContent = this.desk.say('uploaded', { width: image.width, height: image.height })
      if (image.alt && !text.value) text.value = image.alt
    }, trouble => {
      state.textContent = trouble.message
      state.classList.add('is-wrong')
      ok.disabled = true
    })
    return await closed
  }
}

function linked (view, address) {
  const { from, to, empty } = view.state.selection.main
  const words = view.state.sliceDoc(from, to)
  if (empty || words.includes('\n') || /^https?:/.test(words) || !/^https?:\/\/[^\s<>"]+$/.test(address)) return false
  return insert(view, linkText(view, words, address), { from, to })
}

function placeOf (state, key) {
  let place = state.selection.main.to
  state.field(waiting).between(0, state.doc.length, (from, _to, value) => {
    if (value.spec.widget.key === key) place = from
  })
  const line = state.doc.lineAt(place)
  return place === line.from ? place : line.to // never in the middle of a sentence
}
