// The page on which an article is written. Each part works without the others; without any of them the form does.
import { EditorView } from '@codemirror/view'
import { Counters } from './counters.js'
import { Desk, make } from './desk.js'
import { findingMarks, Findings } from './findings.js'
import { Layout } from './layout.js'
import { Links } from './links.js'
import { NameField } from './names.js'
import { Pictures } from './pictures.js'
import { Preview } from './preview.js'
import { findPlace, watchSaving } from './saving.js'
import { adoptStyles, isPossible } from './sheets.js'
import { rewrite, surface } from './surface.js'
import { NamesField } from './tokens.js'
import { keys, Toolbar } from './toolbar.js'
import { Unsaved } from './unsaved.js'

const NAMES = { category: [NameField, 'category'], author: [NameField, 'author'], tags: [NamesField, 'tag'], also_in: [NamesField, 'category'], coauthors: [NamesField, 'author'] }

function start (form) {
  const desk = new Desk(form)
  const counters = new Counters(desk)
  for (const [name, [Field, kind]] of Object.entries(NAMES)) {
    if (desk.field(name)) new Field(desk, desk.field(name), kind)
  }
  const view = isPossible() ? write(desk, counters) : null
  new Findings(desk, view)
  const unsaved = new Unsaved(desk, fields => fill(desk, view, fields))
  const bar = form.querySelector('.desk-save') ?? form.querySelector('.desk-actions')
  bar?.append(unsaved.line)
  watchSaving(desk, unsaved, view)
  if (view) findPlace(desk, view)
}

function write (desk, counters) {
  adoptStyles()
  const textarea = desk.field('body')
  const field = textarea.closest('.desk-field')
  const room = desk.form.querySelector('.writing')
  const label = field.querySelector('label')
  const note = make('p', { class: 'ed-note', role: 'status' })
  const tell = (words, isWrong = false) => { note.textContent = words; note.classList.toggle('is-wrong', isWrong) }
  const hint = make('p', { class: 'help', id: 'ed-hint' }, desk.words.hint)
  const pictures = new Pictures(desk, tell)
  const links = new Links(desk)
  const acts = { link: view => links.ask(view), image: view => pictures.choose(view) }
  const toolbar = new Toolbar(desk, acts)
  const follow = EditorView.updateListener.of(update => {
    if (update.docChanged || update.selectionSet) toolbar.follow(update.state)
    counters.update(update)
  })
  label.id ||= 'ed-label'
  const view = surface(desk, { textarea, label, hint, keys: keys(desk, acts), extensions: [follow, pictures.extension, findingMarks] })
  label.addEventListener('click', event => { event.preventDefault(); view.focus() })
  textarea.addEventListener('change', () => rewrite(view, textarea.value)) // another script has changed the field
  textarea.hidden = true
  textarea.required = false
  toolbar.attach(view)
  pictures.view = view
  const surfaceRoom = make('div', { class: 'ed-surface' }, toolbar.element, view.dom)
  textarea.after(surfaceRoom, counters.attach(view), note, hint, pictures.chooser)

  const preview = new Preview(desk, tell, minutes => counters.minutes(minutes))
  const layout = new Layout(desk, room, shown => { if (shown === 'both' || shown === 'page') preview.open() })
  room.prepend(layout.element)
  room.append(preview.element, ...room.querySelectorAll(':scope > .findings'))
  preview.attach(view)
  desk.form.addEventListener('ed:found', event => layout.count(event.detail))
  desk.form.addEventListener('ed:text', () => layout.choose(layout.withText))
  layout.show()
  return view
}

function fill (desk, view, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = desk.field(name)
    if (!field || name === 'body') continue
    if (field.type === 'checkbox') field.checked = true
    else field.value = value
    field.dispatchEvent(new Event('ed:filled'))
  }
  for (const box of desk.form.querySelectorAll('input[type=checkbox][name]')) if (!(box.name in fields)) box.checked = false
  if (view) rewrite(view, fields.body ?? '')
  else desk.field('body').value = fields.body ?? ''
}

for (const form of document.querySelectorAll('form[data-editor]')) start(form)
