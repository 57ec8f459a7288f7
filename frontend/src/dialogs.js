// Dialogs of the editor: the browser's own <dialog>, closed by Escape, safe for input methods.
import { isComposing, make } from './desk.js'

let number = 0

// The element, and a promise of what `close(value)` was given; null when it was left.
export function dialog (desk, title, content, buttons) {
  const id = `ed-dialog-${++number}`
  const form = make('form', { method: 'dialog' }, make('h2', { id }, title), ...content, make('div', { class: 'ed-dialog-foot' }, ...buttons))
  const element = make('dialog', { class: 'ed-dialog', 'aria-labelledby': id }, form)
  let answer = null
  const close = value => { answer = value; element.close() }
  element.addEventListener('keydown', event => {
    if (isComposing(event)) event.stopPropagation()
    else if (event.key === 'Enter' && event.target.tagName === 'INPUT') event.preventDefault() // a button decides
  }, true)
  element.addEventListener('cancel', event => { if (element.dataset.composing) event.preventDefault() })
  element.addEventListener('compositionstart', () => { element.dataset.composing = '1' })
  element.addEventListener('compositionend', () => { delete element.dataset.composing })
  const closed = new Promise(resolve => element.addEventListener('close', () => { element.remove(); resolve(answer) }))
  desk.form.after(element)
  element.showModal()
  return { element, form, close, closed }
}

export const cancelButton = desk => make('button', { type: 'button', class: 'ed-cancel', onclick: event => event.target.closest('dialog').close() }, desk.words.cancel)
export const okButton = (words, attributes = {}) => make('button', { type: 'submit', class: 'primary', ...attributes }, words)
