// Text, text and page side by side, or the page alone; on a narrow screen one of the two.
import { make, remember } from './desk.js'

const KEY = 'editorial:view'
const WIDE = window.matchMedia('(min-width: 1100px)')

export class Layout {
  constructor (desk, room, onChange) {
    this.room = room
    this.onChange = onChange
    this.buttons = ['text', 'both', 'page'].map(view => make('button', {
      type: 'button', 'aria-pressed': 'false', 'data-view': view, onclick: () => this.choose(view),
    }, desk.words[`view_${view}`]))
    this.element = make('div', { class: 'ed-views', role: 'group', 'aria-label': desk.words.views }, ...this.buttons)
    WIDE.addEventListener('change', () => this.show())
  }

  // The choice for wide screens is remembered; a narrow one always begins with the text.
  choose (view) {
    if (WIDE.matches) remember(KEY, view)
    else this.narrow = view
    this.show()
  }

  // The view that has the text in it, for a jump from one that has not.
  get withText () { return WIDE.matches ? 'both' : 'text' }

  show () {
    const wide = remember(KEY)
    const view = WIDE.matches ? (['text', 'both', 'page'].includes(wide) ? wide : 'both') : (this.narrow ?? 'text')
    this.room.dataset.view = view
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(button.dataset.view === view))
    this.onChange(view)
  }
}
