// Copies that this browser kept: offered above the text when they are neither what the form holds nor on the server.
import { make, remember } from './desk.js'

export async function offer (unsaved) {
  const copies = keysOf(unsaved.prefix).map(key => [key, read(remember(key))])
  const kept = copies.length ? await onServer(unsaved.desk) : null
  const room = document.querySelector('.ed-offers')
  for (const [key, copy] of copies) {
    const isKnown = !copy || isSame(copy.fields, unsaved.fields()) || (kept && isSame(copy.fields, kept))
    if (isKnown) remember(key, null)
    else room?.append(offered(unsaved, key, copy))
  }
}

async function onServer (desk) {
  try {
    return (await desk.ask(desk.url('buffer', { post: desk.data.post ?? '' }), { method: 'GET' })).fields
  } catch {
    return null
  }
}

function offered (unsaved, key, copy) {
  const { words } = unsaved.desk
  const title = copy.fields.title || words.no_title
  const act = (label, attributes, run) => make('button', { type: 'button', ...attributes, onclick: () => { run(); element.remove() } }, label)
  const element = make('div', { class: 'desk-notice ed-offer', role: 'region', 'aria-label': words.kept_text },
    make('p', {}, unsaved.desk.say('offer', { time: unsaved.time(copy.at), title })),
    make('p', { class: 'quiet' }, difference(unsaved, copy.fields)),
    make('div', { class: 'ed-offer-acts' },
      act(words.restore, { class: 'primary' }, () => unsaved.take(copy)),
      act(words.drop, {}, () => remember(key, null))))
  return element
}

function difference (unsaved, fields) {
  const held = unsaved.fields()
  const changed = Object.keys(fields).filter(name => tidy(fields[name]) !== tidy(held[name]))
  const labels = changed.map(name => document.querySelector(`label[for^="id_${name}"]`)?.firstChild?.data?.trim() || name)
  const size = text => [...(text ?? '')].length
  return unsaved.desk.say('offer_difference', { fields: labels.join(', '), before: size(held.body), after: size(fields.body) })
}

const tidy = text => (text ?? '').replace(/\r\n?/g, '\n').trim()

const isSame = (one, other) => Object.keys({ ...one, ...other }).every(name => tidy(one[name]) === tidy(other[name]))

function keysOf (prefix) {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(prefix))
  } catch {
    return [] // the browser forbids it
  }
}

function read (text) {
  try {
    const copy = JSON.parse(text)
    return { ...copy, fields: JSON.parse(copy.fields) }
  } catch {
    return null
  }
}
