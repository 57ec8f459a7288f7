// Saving: Ctrl/Cmd+S, one save for two clicks, and the place in the text found again afterwards.
import { EditorSelection } from '@codemirror/state'
import { isComposing } from './desk.js'

const PLACE = 'editorial:place'
const FRESH = 20000

export function watchSaving (desk, unsaved, view) {
  const { form } = desk
  const buttons = [...form.querySelectorAll('button[type=submit]')].filter(button => button.name !== 'drop')
  const hold = on => buttons.forEach(button => { button.disabled = on })
  let isSent = false

  document.addEventListener('keydown', event => {
    const isSave = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 's'
    if (!isSave || isComposing(event)) return
    event.preventDefault()
    if (!document.querySelector('dialog[open]')) form.requestSubmit(buttons.find(button => button.name === '_save'))
  })

  form.addEventListener('submit', event => {
    if (event.submitter?.name === 'drop') return unsaved.dropped()
    if (isSent || event.defaultPrevented) return event.preventDefault()
    if (unsaved.trouble?.kind === 'session' || navigator.onLine === false) {
      event.preventDefault()
      unsaved.fail(unsaved.trouble ?? { kind: 'offline', message: desk.words.offline }, unsaved.snapshot())
      return
    }
    isSent = true
    desk.refreshTokens()
    keepPlace(desk, view)
    unsaved.submitted()
    setTimeout(() => hold(true)) // after the browser has collected the fields, the pressed button among them
  })

  // Enter in a line of text saves nothing by accident; from the headline it goes on to the summary.
  form.addEventListener('keydown', event => {
    const isLine = event.target.matches?.('input[name]:not([type=checkbox], [type=file])')
    if (event.key !== 'Enter' || !isLine || isComposing(event)) return
    event.preventDefault()
    if (event.target.name === 'title') desk.field('summary').focus()
  })

  // A file that misses the text is not opened in place of the page.
  for (const name of ['dragover', 'drop']) {
    document.addEventListener(name, event => {
      if (!event.defaultPrevented && event.dataTransfer?.types.includes('Files') && event.target.type !== 'file') event.preventDefault()
    })
  }

  addEventListener('pageshow', event => {
    if (!event.persisted) return
    isSent = false
    hold(false)
    unsaved.returned()
  })
}

function keepPlace (desk, view) {
  if (!view) return
  const { main } = view.state.selection
  const place = {
    post: desk.data.post, at: Date.now(), anchor: main.anchor, head: main.head, top: view.scrollDOM.scrollTop,
    page: scrollY, focus: view.hasFocus,
  }
  try { sessionStorage.setItem(PLACE, JSON.stringify(place)) } catch { /* only the place is lost */ }
}

export function findPlace (desk, view) {
  let place
  try { place = JSON.parse(sessionStorage.getItem(PLACE)) } catch { /* no store, or not ours */ }
  sessionStorage.removeItem(PLACE)
  if (!place || Date.now() - place.at > FRESH || String(place.post) !== String(desk.data.post)) return
  const end = view.state.doc.length
  view.dispatch({ selection: EditorSelection.single(Math.min(place.anchor, end), Math.min(place.head, end)) })
  requestAnimationFrame(() => {
    view.scrollDOM.scrollTop = place.top
    scrollTo(0, place.page)
    if (place.focus) view.contentDOM.focus({ preventScroll: true })
  })
}
